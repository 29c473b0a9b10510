"""The agreement: valid, sealed, the same whenever rendered, with exactly what was signed inside."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest
from sqlalchemy.orm import Session

from app.core.canonical import digest
from app.delivery.agreements import agreement_view
from app.documents.queries import documents_of
from app.documents.schemas import DocumentRow
from app.grants.rules.agreement import AgreementFacts
from app.grants.rules.agreement_record import AgreementRecord
from app.infra.db.engine import Database
from app.infra.sealing import SealingAuthority, inspect_seal, seal
from app.infra.templates import environment
from app.jobs.render_documents import PREPARE, Prepared, render
from tests.builders.grants import a_running_grant
from tests.builders.receipts import BASE_URL
from tests.documents.conftest import SEALED_AT
from tests.support import database as databases
from tests.support.verapdf import validate

Made = tuple[DocumentRow, Prepared, bytes, AgreementFacts]


@pytest.fixture(scope="module")
def made() -> Iterator[Made]:
    """The document of an agreement in force."""
    server = databases.test_server()
    database = Database(server.clone("grant_agreement"), pool_size=2)
    with Session(database.engine, expire_on_commit=False) as session:
        grant = a_running_grant(session)
        [row] = documents_of(session, "grant", [grant.grant_id])
        prepared = PREPARE[row.kind](session, row)
        facts = grant.agreement(session).facts
        found = (row, prepared, render(row, prepared, base_url=BASE_URL), facts)
        session.rollback()
    yield found
    database.close()
    server.drop("grant_agreement")


def words(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_it_conforms_and_its_seal_is_genuine(made: Made, authority: SealingAuthority, tmp_path: Path) -> None:
    row, _, pdf, _ = made
    sealed = seal(pdf, authority, reason=row.title, now=SEALED_AT)
    assert inspect_seal(sealed, authority).genuine
    path = tmp_path / "agreement.pdf"
    path.write_bytes(sealed)
    assert validate([path]) == {path: {"3a": [], "ua1": []}}


def test_the_data_inside_have_the_hash_that_everybody_signed(made: Made) -> None:
    row, prepared, pdf, facts = made
    assert render(row, prepared, base_url=BASE_URL) == pdf
    [data] = pypdf.PdfReader(io.BytesIO(pdf)).attachments["grant_agreement.json"]
    inside = AgreementFacts.model_validate_json(data)
    assert inside == facts
    assert digest(inside.plain()) == facts.sha256
    assert facts.sha256 in words(pdf).replace(" ", "")


def test_parties_figures_days_and_signatures_stand_in_it(made: Made) -> None:
    _, _, pdf, facts = made
    said = words(pdf)
    for party in facts.signing_parties:
        assert said.count(party.name) >= 3, "party, budget, signature"
    for figure in ("EUR 266,490.00", "EUR 106,596.00", "EUR 213,192.00", "EUR 60,000.00", "75 %", "100 %"):
        assert figure in said
    for day in ("1 November 2019", "31 October 2020", "31 October 2021", "30 December 2021"):
        assert day in said
    assert "Aurelia Signatory" in said
    assert "Contents" in said
    for annex in ("Description of the project", "Estimated budget", "Record of the signatures"):
        assert said.count(annex) >= 2, "in the contents and as a heading"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"third_party_scope": "grant"}, "No third party receives more than EUR 60,000.00 under this agreement."),
        ({"third_party_scope": "call"}, "EUR 60,000.00 from all grants of the call together."),
        ({"third_party_scope": "programme"}, "EUR 60,000.00 from all grants of the programme together."),
        ({"third_party_maximum": None}, "No third party receives more than Annex 1 states."),
        ({"third_parties": False}, "This grant does not give financial support to third parties."),
    ],
)
def test_the_article_on_third_parties_is_what_the_register_keeps(
    made: Made, changes: dict[str, object], words: str
) -> None:
    facts = made[3].model_copy(update=changes)
    record = AgreementRecord(agreement=facts, sha256=facts.sha256, signatures=())
    source = '{% from "documents/agreement_text.html" import articles with context %}{{ articles(agreement, view) }}'
    text = environment().from_string(source).render(agreement=facts, view=agreement_view(record))
    assert words in text.replace("\u00a0", " ")
    assert ("The beneficiary pays it, keeps the evidence" in text) == facts.supports_third_parties
