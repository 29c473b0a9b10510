"""Every page, file and API answer of the platform carries the headers that keep browsers safe."""

from __future__ import annotations

import pytest

from tests.security.visitor import Visitor, matrix
from tests.security.world import Two

ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
}
POLICY = ("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'")


@pytest.mark.parametrize("role", ["public", "coordinator_contact", "administrator"])
def test_every_answer_is_guarded(two: Two, role: str) -> None:
    visitor, wrong = Visitor(two, role, two.runtime), []
    for row in matrix():
        if row.method != "GET":
            continue
        headers = visitor.ask(row, two.ours).headers
        policy = headers.get("content-security-policy", "")
        missing = [name for name, value in ALWAYS.items() if set(headers.get(name, "").split(", ")) != {value}]
        missing += [part for part in POLICY if part not in policy]
        if "unsafe" in policy or missing:
            wrong.append(f"{row.path}: {missing} {policy}")
    assert not wrong, "\n".join(wrong)


def test_what_is_personal_is_not_kept_by_caches(two: Two) -> None:
    visitor, kept = Visitor(two, "coordinator_contact", two.runtime), []
    for row in matrix():
        if row.method == "GET" and row.cells["public"] == "-" and row.cells["coordinator_contact"] != "-":
            answer = visitor.ask(row, two.ours)
            if answer.status_code == 200 and "no-store" not in answer.headers.get("cache-control", ""):
                kept.append(row.path)
    assert not kept


def test_a_stored_file_is_handed_out_and_never_run(two: Two) -> None:
    visitor = Visitor(two, "coordinator_contact", two.runtime)
    for path in ("/applications/{application_id}/attachments/{field_id}/file", "/documents/{document_id}"):
        row = next(row for row in matrix() if (row.method, row.path) == ("GET", path))
        answer = visitor.ask(row, two.ours)
        assert answer.headers["content-type"] == "application/pdf"
        assert "filename" in answer.headers["content-disposition"]
