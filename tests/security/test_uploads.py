"""Dirty files through the real upload routes: stored or refused with a reason, never an error of ours."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest

from tests.security.visitor import Visitor
from tests.security.world import Two
from tests.web.pages import Page

PART_B = "/applications/{application_id}/attachments/part_b"


@pytest.fixture(scope="session")
def dirty(shared_data: Path) -> list[Path]:
    """Every dirty file in soak; otherwise some of each kind."""
    found = [path for path in sorted((shared_data / "dirty_inputs").rglob("*")) if path.is_file()]
    assert len(found) > 100
    if os.environ.get("GRAPPE_SOAK"):
        return found
    pdfs, others = [path for path in found if path.suffix == ".pdf"], [path for path in found if path.suffix != ".pdf"]
    return [*pdfs[::3], *others[::6]]


def send(visitor: Visitor, path: str, name: str, content: bytes) -> tuple[int, str]:
    """Upload; status and page."""
    fields = {"_csrf": visitor.runtime.signer.csrf(visitor.secret or visitor.visitor)}
    visitor.become()
    answer = visitor.client.post(path, data=fields, files={"file": (name, content, "application/pdf")})
    return answer.status_code, answer.text


def test_part_b_takes_what_is_a_pdf_and_refuses_the_rest_with_a_reason(two: Two, dirty: list[Path]) -> None:
    visitor = Visitor(two, "coordinator_contact", two.runtime)
    path = PART_B.format(**two.ours.ids)
    stored = 0
    for file in dirty:
        content = file.read_bytes()
        status, text = send(visitor, path, file.name, content)
        assert status in {303, 422}, f"{file}: {status}"
        if status == 303:
            assert content.lstrip()[:1024].find(b"%PDF-") >= 0, f"{file} is no PDF and was stored"
            kept = visitor.client.get(path + "/file")
            assert kept.content == content
            stored += 1
        else:
            assert reason(text), f"{file} was refused without a reason"
    assert stored > 5


def reason(page: str) -> bool:
    """Whether the page says at the top what is wrong."""
    return any(attrs.get("role") == "alert" for attrs in Page(page).all("div"))


def test_a_pdf_in_name_only_is_refused_whatever_it_is(two: Two, shared_data: Path) -> None:
    eicar = base64.b64decode((shared_data / "dirty_inputs" / "eicar.base64.txt").read_text())
    visitor = Visitor(two, "coordinator_contact", two.runtime)
    for content in (b"", eicar, b"<script>alert(1)</script>", b"MZ\x90\x00", b"GIF89a;"):
        status, text = send(visitor, PART_B.format(**two.ours.ids), "part-b.pdf", content)
        assert status == 422
        assert reason(text)


@pytest.mark.parametrize(("role", "path"), [("public", "/verify"), ("programme_officer", "/officer/calls/new")])
def test_other_uploads_survive_every_dirty_file(two: Two, dirty: list[Path], role: str, path: str) -> None:
    visitor = Visitor(two, role, two.runtime)
    for file in dirty:
        two.runtime.limiter._uses.clear()
        status, text = send(visitor, path, file.name, file.read_bytes())
        assert status == 422, f"{file}: {status}"
        assert reason(text), f"{file} was refused without a reason"
