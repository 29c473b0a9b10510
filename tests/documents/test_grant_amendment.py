"""The amendment: valid, sealed, the same whenever rendered, with what changes and exactly what was signed inside."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest
from sqlalchemy.orm import Session

from app.amendments.rules.addendum import AddendumFacts
from app.core.canonical import digest
from app.documents.queries import documents_of
from app.documents.schemas import DocumentRow
from app.grants.rules.agreement import AgreementFacts
from app.infra.db.engine import Database
from app.infra.sealing import SealingAuthority, inspect_seal, seal
from app.jobs.render_documents import PREPARE, Prepared, render
from tests.builders import amendments as build
from tests.builders.grants import a_running_grant
from tests.builders.receipts import BASE_URL
from tests.documents.conftest import SEALED_AT
from tests.documents.test_grant_agreement import words
from tests.support import database as databases
from tests.support.verapdf import validate

Made = tuple[DocumentRow, Prepared, bytes, AgreementFacts, str]


@pytest.fixture(scope="module")
def made() -> Iterator[Made]:
    """The document of an amendment in force that moves costs and the end of the project."""
    server = databases.test_server()
    database = Database(server.clone("grant_amendment"), pool_size=2)
    with Session(database.engine, expire_on_commit=False) as session:
        grant = a_running_grant(session)
        moved = build.wanted_budget(session, grant, (0, "personnel", 1, "other_direct", "12345.67"))
        number = build.in_force(session, grant, budget=moved, duration_months=22)
        row = next(one for one in documents_of(session, "grant", [grant.grant_id]) if one.kind == "grant_amendment")
        prepared = PREPARE[row.kind](session, row)
        facts, sha256 = grant.agreement(session).facts, build.row(session, grant, number).sha256 or ""
        found = (row, prepared, render(row, prepared, base_url=BASE_URL), facts, sha256)
        session.rollback()
    yield found
    database.close()
    server.drop("grant_amendment")


def test_it_conforms_and_its_seal_is_genuine(made: Made, authority: SealingAuthority, tmp_path: Path) -> None:
    row, _, pdf, _, _ = made
    sealed = seal(pdf, authority, reason=row.title, now=SEALED_AT)
    assert inspect_seal(sealed, authority).genuine
    path = tmp_path / "amendment.pdf"
    path.write_bytes(sealed)
    assert validate([path]) == {path: {"3a": [], "ua1": []}}


def test_the_data_inside_have_the_hash_that_both_sides_signed(made: Made) -> None:
    row, prepared, pdf, facts, sha256 = made
    assert render(row, prepared, base_url=BASE_URL) == pdf
    [data] = pypdf.PdfReader(io.BytesIO(pdf)).attachments["grant_amendment.json"]
    inside = AddendumFacts.model_validate_json(data)
    assert inside.agreement == facts
    assert digest(inside.plain()) == inside.sha256 == sha256
    said = words(pdf).replace(" ", "")
    assert sha256 in said
    assert facts.sha256 in said


def test_what_changes_why_and_who_signed_stand_in_it(made: Made) -> None:
    _, _, pdf, facts, _ = made
    said = words(pdf)
    assert build.WHY in said
    for figure in ("+12,345.67", "-12,345.67"):
        assert figure in said.replace("\u2212", "-").replace("\u2011", "-")
    for day in ("31 October 2021", "31 August 2021"):
        assert day in said
    assert facts.coordinator.name in said
    assert facts.call.managing_body in said
    for annex in ("Comparison of the budget", "Estimated budget as amended", "Record of the signatures"):
        assert said.count(annex) >= 2, "in the contents and as a heading"
