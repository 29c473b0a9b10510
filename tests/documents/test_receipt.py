"""The receipt: all that was submitted, as a standard file whose data can be checked, whatever people typed."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import pypdf
import pytest
from sqlalchemy.orm import Session
from weasyprint import CSS, HTML
from weasyprint.formatting_structure.boxes import TextBox
from weasyprint.text.fonts import FontConfiguration

from app.applications.models import Submission
from app.applications.use_cases.submit_application import submit_application
from app.core.canonical import canonical_json
from app.infra.db.engine import Database
from app.infra.pdf import HOUSE_STYLE, OwnFilesFetcher
from app.infra.sealing import SealingAuthority, inspect_seal, seal
from app.jobs.render_documents import html_of, render
from tests.builders import receipts
from tests.builders.receipts import BASE_URL, COSTS_OF_SEVEN, NAUGHTY, SEVEN, Receipt
from tests.documents.conftest import SEALED_AT
from tests.support import database as databases
from tests.support.verapdf import validate

KINDS = ("small", "seven_partners", "naughty")


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    """A copy of the template for this module: its receipts are rendered once."""
    made = Database(databases.test_server().clone("receipts"), pool_size=2)
    yield made
    made.close()
    databases.test_server().drop("receipts")


@pytest.fixture(scope="module")
def made(database: Database) -> dict[str, tuple[Receipt, Submission]]:
    """Each kind of application, submitted, with its receipt before the seal."""
    found = {}
    for kind in KINDS:
        with Session(database.engine, expire_on_commit=False) as session:
            receipt = receipts.rendered(session, getattr(receipts, kind)(session))
            submission = session.get_one(Submission, receipt.made.submission_id, populate_existing=True)
            session.expunge_all()
            session.rollback()
        found[kind] = (receipt, submission)
    return found


@lru_cache(maxsize=8)
def texts(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def test_it_conforms_and_its_seal_is_genuine(
    made: dict[str, tuple[Receipt, Submission]], authority: SealingAuthority, tmp_path: Path
) -> None:
    paths = []
    for kind, (receipt, _) in made.items():
        sealed = seal(receipt.pdf, authority, reason=receipt.row.title, now=SEALED_AT)
        report = inspect_seal(sealed, authority)
        assert report.genuine
        assert report.sealed_at == SEALED_AT
        paths.append(tmp_path / f"{kind}.pdf")
        paths[-1].write_bytes(sealed)
    assert validate(paths) == {path: {"3a": [], "ua1": []} for path in paths}


def test_it_is_the_same_file_whenever_it_is_rendered(made: dict[str, tuple[Receipt, Submission]]) -> None:
    for kind in ("small", "naughty"):
        receipt, _ = made[kind]
        assert render(receipt.row, receipt.prepared, base_url=BASE_URL) == receipt.pdf


def test_the_data_inside_are_what_was_stored(made: dict[str, tuple[Receipt, Submission]]) -> None:
    for receipt, submission in made.values():
        reader = pypdf.PdfReader(io.BytesIO(receipt.pdf))
        [data] = reader.attachments["receipt.json"]
        assert data == canonical_json(submission.snapshot)
        assert hashlib.sha256(data).hexdigest() == submission.sha256
        assert submission.sha256 in "".join(texts(receipt.pdf)), "the fingerprint is printed whole"


def test_a_reader_finds_the_amounts_and_the_instant(made: dict[str, tuple[Receipt, Submission]]) -> None:
    receipt, submission = made["seven_partners"]
    pages = texts(receipt.pdf)
    cover = pages[0]
    assert f"EUR {submission.requested.cents / 100:,.2f}" in cover
    assert f"EUR {submission.eligible.cents / 100:,.2f}" in cover
    assert "Friday 1 March 2019, 10:00:00 (Europe/Brussels)" in cover
    assert "Thursday 4 April 2019, 17:00:00 (Europe/Brussels)" in cover
    assert receipt.row.verification_code in cover.replace(" ", "")
    annex = pages[-1]
    for row in submission.snapshot["budget"]["rows"]:
        for name in ("eligible", "own_contribution", "requested"):
            cents = round(float(row[name]["amount"]) * 100)
            assert f"{cents / 100:,.2f}" in annex
    for amounts in COSTS_OF_SEVEN:
        assert f"{float(amounts['personnel']):,.2f}" in annex
    assert "pages beyond 50 are marked and disregarded" in " ".join(pages)


def test_every_answer_is_printed(made: dict[str, tuple[Receipt, Submission]]) -> None:
    whole = re.sub(r"\s", "", "".join(texts(made["seven_partners"][0].pdf)))
    for _, _, name in SEVEN:
        assert re.sub(r"\s", "", name) in whole
    for number in range(1, 11):
        assert f"Package{number}" in whole
    for number in range(30):
        assert f"Deliverable{number}ofthepartnership" in whole
    for title in ("Clustermanagementskills", "ClusterXchange", "Outreach", "Partnershipstrategy", "Jointactivities"):
        assert title in whole


def test_what_people_type_is_text_and_nothing_else(made: dict[str, tuple[Receipt, Submission]]) -> None:
    receipt, _ = made["naughty"]
    whole = re.sub(r"\s", "", "".join(texts(receipt.pdf)))
    assert re.sub(r"\s", "", NAUGHTY[0]) in whole, "markup and template signs are printed as they were typed"
    assert "0" * 220 in whole, "a word without end is broken, not cut"
    assert "averylongaddresswithoutanyspace" * 12 in whole
    assert "x" * 90 + ".pdf" in whole
    assert "/JavaScript" not in receipt.pdf.decode("latin-1")


def test_nothing_leaves_the_margins_and_no_page_is_empty(made: dict[str, tuple[Receipt, Submission]]) -> None:
    for kind, (receipt, _) in made.items():
        reader = pypdf.PdfReader(io.BytesIO(receipt.pdf))
        pages = list(reader.pages)
        wide = [page.mediabox.width > page.mediabox.height for page in pages]
        assert wide == [False] * (len(pages) - 1) + [True], "one annex across, at the end"
        for number, right, limit in boxes_of_text(receipt):
            assert right <= limit + 1, f"{kind}, page {number}: text leaves the margin by {right - limit} px"
        for number, text in enumerate(texts(receipt.pdf)[1:], start=2):
            body = re.sub(r"Verification code .*?Page \d+ of \d+|Receipt of application \S+", "", text)
            assert len(body) > 120, f"{kind}, page {number} is nearly empty: {body}"


def test_a_receipt_of_another_instant_says_so(database: Database) -> None:
    """Just before the deadline, in the zone of the call; the exact instant stands in UTC."""
    late = datetime(2019, 4, 4, 14, 59, 59, 999_999, tzinfo=UTC)
    with Session(database.engine, expire_on_commit=False) as session:
        one = receipts.small(session)
        one.submission_id = submit_application(session, one.actor(session), one.application_id, now=late)
        pages = texts(receipts.rendered(session, one).pdf)
        session.rollback()
    assert "Thursday 4 April 2019, 16:59:59 (Europe/Brussels)" in pages[0]
    assert "2019-04-04T14:59:59.999999Z" in pages[1]


def boxes_of_text(receipt: Receipt) -> Iterator[tuple[int, float, float]]:
    """Page number, right edge and room to the right margin's edge of each piece of text, in the engine's pixels."""
    html = html_of(receipt.row, receipt.prepared, base_url=BASE_URL)
    fonts = FontConfiguration()
    style = CSS(filename=HOUSE_STYLE, url_fetcher=OwnFilesFetcher(), font_config=fonts)
    document = HTML(string=html, url_fetcher=OwnFilesFetcher()).render(stylesheets=[style], font_config=fonts)
    for number, page in enumerate(document.pages, start=1):
        box = page._page_box
        for text in box.descendants():
            if isinstance(text, TextBox):
                yield number, text.position_x + text.width, page.width - box.margin_right
