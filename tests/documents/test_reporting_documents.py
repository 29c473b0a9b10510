"""Documents about reports: the report, the letter about its payment, the note about money that comes back.

Each is valid, sealed and the same whenever rendered, and says the figures of what was decided.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pypdf
import pytest
from sqlalchemy.orm import Session

from app.core.actor import SYSTEM
from app.core.money import Money
from app.documents.queries import documents_of
from app.documents.schemas import DocumentRow
from app.infra.db.engine import Database
from app.infra.sealing import SealingAuthority, inspect_seal, seal
from app.infra.templates import money_text
from app.jobs.render_documents import PREPARE, Prepared, render
from app.jobs.report_letters import recovery_note_context
from app.payments.queries import payments_of
from app.payments.rules.accounts import grouped
from app.reporting.queries.documents import ABOUT_PAYMENT
from app.reporting.queries.reading import ReportReading, report_reading
from app.reporting.rules.assessment import Verdict
from app.reporting.schemas import AnswerRecovery, AssessCost, AssessCosts, DecideRecovery, DecideReport
from app.reporting.use_cases.answer_recovery import answer_recovery
from app.reporting.use_cases.assess_costs import assess_costs
from app.reporting.use_cases.decide_recovery import decide_recovery
from app.reporting.use_cases.decide_report import decide_report
from app.reporting.use_cases.request_payment import request_payment
from app.reporting.use_cases.write_prefinancing_letter import write_prefinancing_letter
from tests.builders import reporting as build
from tests.builders.payments import PAYER
from tests.builders.receipts import BASE_URL
from tests.documents.conftest import SEALED_AT
from tests.support import database as databases
from tests.support.verapdf import validate

HEARD = "The time sheets of May are those that were handed in before; they prove nothing more."
WHY = "The hours of two weeks are not proven by the time sheets that were handed in."


@dataclass(frozen=True)
class Made:
    """A document with what it was made from."""

    row: DocumentRow
    prepared: Prepared
    pdf: bytes

    @property
    def words(self) -> str:
        pages = pypdf.PdfReader(io.BytesIO(self.pdf)).pages
        return " ".join(" ".join(page.extract_text().split()) for page in pages)


@dataclass(frozen=True)
class World:
    documents: dict[str, Made]
    first: ReportReading
    last: ReportReading


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """A first report with a reduced cost and its payment; a final one after which money comes back."""
    server = databases.test_server()
    database = Database(server.clone("reporting_documents"), pool_size=2)
    with Session(database.engine, expire_on_commit=False) as session:
        made = build.a_reporting_grant(session)
        build.prefinanced(session, made)
        [at_start] = payments_of(session, "grant", made.grant_id)
        write_prefinancing_letter(session, SYSTEM, at_start.id, now=build.OPENED)
        build.submitted(session, made)
        cost = build.costs_of(session, made)[0]
        less = AssessCost(cost_id=cost.id, verdict=Verdict.REDUCED, amount=Money(1_234_567), reason=WHY)
        assess_costs(session, made.officer, made.grant_id, 1, AssessCosts(costs=(less,)), now=build.DECIDED)
        build.accepted(session, made)
        payment_id = request_payment(session, made.officer, made.grant_id, 1, now=build.DECIDED)
        build.paid(session, payment_id, now=build.DECIDED)
        nothing = build.lines((), (date(2021, 3, 1), date(2021, 3, 31)))
        build.submitted(session, made, number=2, costs=nothing, now=build.FINALLY)
        decide_report(session, made.officer, made.grant_id, 2, DecideReport(decision="accept"), now=build.FINALLY)
        answer = AnswerRecovery(observations="The hours of May were worked, and the time sheets show it.")
        answer_recovery(session, made.actor(session), made.grant_id, 2, answer, now=build.FINALLY)
        confirm = DecideRecovery(decision="confirm", reason=HEARD)
        decide_recovery(session, made.officer, made.grant_id, 2, confirm, now=build.FINALLY, payee=PAYER)
        readings = [report_reading(session, made.grant_id, number) for number in (1, 2)]
        rows = {f"{row.kind}-0": row for row in documents_of(session, ABOUT_PAYMENT, [at_start.id])}
        for number, reading in enumerate(readings, start=1):
            about = documents_of(session, "periodic_report", [reading.row.period_id])
            rows |= {f"{row.kind}-{number}": row for row in about}
        found = {}
        for name, row in rows.items():
            prepared = PREPARE[row.kind](session, row)
            found[name] = Made(row, prepared, render(row, prepared, base_url=BASE_URL))
        assert all(reading.summary and reading.partners for reading in readings)
        session.rollback()
    yield World(found, *readings)
    database.close()
    server.drop("reporting_documents")


def figure(amount: Money) -> str:
    return money_text(amount, "en_GB", with_currency=False)


def test_a_payment_has_its_letter_and_a_recovery_its_note(world: World) -> None:
    after = {"periodic_report-1", "payment_letter-1", "periodic_report-2", "recovery_announcement-2", "recovery_note-2"}
    assert set(world.documents) == {"prefinancing_letter-0", *after}


def test_they_conform_and_their_seals_are_genuine(world: World, authority: SealingAuthority, tmp_path: Path) -> None:
    paths = []
    for name, one in world.documents.items():
        sealed = seal(one.pdf, authority, reason=one.row.title, now=SEALED_AT)
        assert inspect_seal(sealed, authority).genuine
        paths.append(tmp_path / f"{name}.pdf")
        paths[-1].write_bytes(sealed)
    assert validate(paths) == {path: {"3a": [], "ua1": []} for path in paths}


def test_they_are_the_same_whenever_rendered_and_carry_their_data(world: World) -> None:
    for one in world.documents.values():
        assert render(one.row, one.prepared, base_url=BASE_URL) == one.pdf
        assert list(pypdf.PdfReader(io.BytesIO(one.pdf)).attachments) == [f"{one.row.kind}.json"]


def test_the_report_says_what_was_claimed_accepted_and_why_less(world: World) -> None:
    said, reading = world.documents["periodic_report-1"].words, world.first
    for row in reading.summary.rows:
        assert row.partner.name in said
        assert figure(row.total.accepted) in said
        assert figure(row.accepted_contribution) in said
    assert WHY in said
    assert figure(Money(1_234_567)) in said
    for words in build.TEXTS.values():
        assert words in said


def test_the_letter_says_how_much_by_when_and_whose_share(world: World) -> None:
    said, reading = world.documents["payment_letter-1"].words, world.first
    assert reading.calculation is not None
    assert f"EUR {figure(reading.calculation.due)} is to be paid" in said
    for step in reading.calculation.sheet.steps:
        assert figure(step.running) in said
    for row in reading.summary.rows:
        assert figure(row.accepted_contribution) in said
    assert "plus 3.5 %" in said


def test_the_letter_at_the_start_says_how_much_where_to_why_and_what_is_left(world: World) -> None:
    said, agreement = world.documents["prefinancing_letter-0"].words, world.first.agreement.facts
    assert agreement.prefinancing is not None
    assert agreement.account is not None
    paid = agreement.prefinancing.cash
    assert f"EUR {figure(paid)} was paid to the coordinator" in said
    assert f"{agreement.account.holder}, {grouped(agreement.account.iban)}, {agreement.account.bic}" in said
    assert "40 % of the maximum grant" in said
    assert f"Not paid yet {figure(agreement.maximum_grant - paid)}" in said
    for party in agreement.parties:
        assert party.name in said
    assert "what they do not cover is paid back" in said


def test_the_note_says_how_much_comes_back_why_until_when_and_to_which_account(world: World) -> None:
    said, reading = world.documents["recovery_note-2"].words, world.last
    assert reading.calculation is not None
    assert f"Please pay EUR {figure(reading.calculation.recovery)} by 15 December 2021" in said
    for step in reading.calculation.sheet.steps:
        assert figure(step.amount) in said, step.id
    assert "BE39 1031 2345 6719" in said
    assert world.documents["recovery_note-2"].row.reference in said
    assert "on 1 December 2021 plus 3.5 %" in said
    assert HEARD in said


def test_the_announcement_says_how_much_why_and_until_when_the_coordinator_is_heard(world: World) -> None:
    said, reading = world.documents["recovery_announcement-2"].words, world.last
    assert reading.calculation is not None
    assert f"pay EUR {figure(reading.calculation.recovery)} back. Nothing is asked back with this letter" in said
    assert "You may say by 15 December 2021, end of the day" in said
    for step in reading.calculation.sheet.steps:
        assert figure(step.amount) in said, step.id
    assert "BE39" not in said, "no account before it is asked back"


def test_a_note_of_a_lowered_recovery_shows_what_was_taken_off(world: World) -> None:
    one, reading = world.documents["recovery_note-2"], world.last
    assert reading.calculation is not None
    lowered = replace(reading, calculation=replace(reading.calculation, lowered=Money(12_345)))
    left = lowered.calculation.asked_back if lowered.calculation is not None else Money(0)
    context = recovery_note_context(lowered, {**one.row.data, "amount": left.amount})
    assert context["lowered"] == ((("Taken off after the hearing", ""), "123.45", f"-{figure(left)}"),)
