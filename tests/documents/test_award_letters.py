"""Letters and evaluation summary reports: valid, sealed, the same whenever rendered, and they name no expert."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest
from sqlalchemy.orm import Session

from app.core.canonical import canonical_json
from app.documents.queries import documents_of
from app.documents.schemas import DocumentRow
from app.infra.db.engine import Database
from app.infra.sealing import SealingAuthority, inspect_seal, seal
from app.jobs.render_documents import PREPARE, Prepared, render
from tests.builders.awards import COMMENT, SECRET, told
from tests.builders.receipts import BASE_URL
from tests.documents.conftest import SEALED_AT
from tests.support import database as databases
from tests.support.verapdf import validate

Made = tuple[DocumentRow, Prepared, bytes]
REASON = "The panel finds the targets less ambitious than the experts did."


@pytest.fixture(scope="module")
def made() -> Iterator[dict[str, Made]]:
    """Every letter and report of a call with one funded, one on reserve, one below and one refused application."""
    server = databases.test_server()
    database = Database(server.clone("award_letters"), pool_size=2)
    found: dict[str, Made] = {}
    with Session(database.engine, expire_on_commit=False) as session:
        ranked = told(session, refused=1, marks={"impact": REASON})
        for letter in ranked.letters(session):
            for row in documents_of(session, "letter", [letter.id]):
                prepared = PREPARE[row.kind](session, row)
                found[f"{letter.outcome}-{row.kind}"] = (row, prepared, render(row, prepared, base_url=BASE_URL))
        session.rollback()
    yield found
    database.close()
    server.drop("award_letters")


def words(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_each_outcome_has_its_letter_and_who_was_judged_a_report(made: dict[str, Made]) -> None:
    assert set(made) == {
        "main-information_letter",
        "main-evaluation_summary_report",
        "reserve-information_letter",
        "reserve-evaluation_summary_report",
        "below_threshold-rejection_letter",
        "below_threshold-evaluation_summary_report",
        "not_admissible-rejection_letter",
    }


def test_they_conform_and_their_seals_are_genuine(
    made: dict[str, Made], authority: SealingAuthority, tmp_path: Path
) -> None:
    paths = []
    for name, (row, _, pdf) in made.items():
        sealed = seal(pdf, authority, reason=row.title, now=SEALED_AT)
        assert inspect_seal(sealed, authority).genuine
        paths.append(tmp_path / f"{name}.pdf")
        paths[-1].write_bytes(sealed)
    assert validate(paths) == {path: {"3a": [], "ua1": []} for path in paths}


def test_the_same_file_whenever_it_is_rendered_and_its_data_inside(made: dict[str, Made]) -> None:
    row, prepared, pdf = made["main-information_letter"]
    assert render(row, prepared, base_url=BASE_URL) == pdf
    for row, _, pdf in made.values():
        [data] = pypdf.PdfReader(io.BytesIO(pdf)).attachments[f"{row.kind}.json"]
        assert data == canonical_json(dict(row.data))


def test_the_first_sentence_tells_the_outcome_and_the_figures_stand_in_the_letter(made: dict[str, Made]) -> None:
    first = {name: words(pdf).split("Dear Person", 1)[-1] for name, (_, _, pdf) in made.items() if "letter" in name}
    assert "has been selected for funding: a maximum grant of EUR 266,490.00" in first["main-information_letter"]
    assert "is number 1 on the reserve list" in first["reserve-information_letter"]
    assert "does not reach the minimum scores" in first["below_threshold-rejection_letter"]
    assert "conditions of admissibility" in first["not_admissible-rejection_letter"]
    main = first["main-information_letter"]
    for said in ("EUR 360,000.00", "86 of 100 points", "1 of 2 applications", "EUR 500,000.00"):
        assert said in main
    for day in ("23 September 2019", "14 October 2019", "2 December 2019", "12 September 2019"):
        assert day in main
    assert "4 January 2020" in first["reserve-information_letter"]
    for letter in first.values():
        assert "within 30 days of receiving this letter" in letter
        assert "Regulation (EU) No 1287/2013" in letter
        assert "Aurelia Signatory" in letter


def test_the_report_has_scores_thresholds_comments_and_changed_marks_but_no_names(made: dict[str, Made]) -> None:
    for name, (row, _, pdf) in made.items():
        said = words(pdf)
        assert SECRET not in said
        assert SECRET.encode() not in canonical_json(dict(row.data))
        if "report" in name:
            assert said.count(COMMENT) == 4
            assert REASON in said
            assert "3 independent experts" in said
    below = words(made["below_threshold-evaluation_summary_report"][2])
    assert "threshold 15, not reached" in below
    assert "53 of 100 points; the overall threshold is 70" in below
