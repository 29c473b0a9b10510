"""A payment is never removed: it is reversed with a reason, and documents are added while it counts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.queries import EventFilter, events_page
from app.cascade.queries.payments import exchanges_made, paid_elsewhere, support_page, support_row, used_by_partner
from app.cascade.schemas import ReverseSupport, SupportFilter
from app.cascade.use_cases.attach_evidence import attach_evidence
from app.cascade.use_cases.reverse_support import reverse_support
from app.core.errors import NotFoundError, NotPermittedError, RulesViolatedError
from app.core.money import Money
from app.core.paging import PageRequest
from app.documents import queries as documents
from app.documents.schemas import FileToStore
from app.infra.ids import new_id
from app.ledger.use_cases.record_recipient_amount import reverse_recipient_amount
from tests.builders.grants import MadeGrant, a_running_grant
from tests.builders.people import a_person, actor_for
from tests.builders.support import LATER, a_voucher, an_exchange, paid

WHY = ReverseSupport(reason="The transfer came back: the account was closed.")
PDF = FileToStore(sha256="a" * 64, size=2_000, media_type="application/pdf", filename="transfer.pdf", pages=1)


@pytest.fixture
def made(session: Session) -> MadeGrant:
    return a_running_grant(session)


def refused(act: Callable[[], object]) -> list[str]:
    with pytest.raises(RulesViolatedError) as error:
        act()
    return [one.rule for one in error.value.violations]


def test_a_reversal_frees_budget_ceiling_target_and_visitor(session: Session, made: MadeGrant) -> None:
    wanted = an_exchange(made, vat="094259216")
    payment_id = paid(session, made, wanted)
    reverse_support(session, made.actor(session), made.grant_id, payment_id, WHY, now=LATER)
    row = support_row(session, made.grant_id, payment_id)
    assert (row.counts, row.reversed_at, row.reversal_reason) == (False, LATER, WHY.reason)
    assert row.reversed_by == made.made.members[0].person.id
    assert used_by_partner(session, made.grant_id) == {}
    assert exchanges_made(session, made.grant_id).total == 0
    again = paid(session, made, wanted)
    assert support_row(session, made.grant_id, again).number == 2
    assert used_by_partner(session, made.grant_id) == {made.partner_id(0): Money(78_000)}
    only = support_page(session, made.grant_id, SupportFilter(reversed=True), PageRequest())
    assert [one.id for one in only.rows] == [payment_id]
    assert paid_elsewhere(session, made.grant_id) == {}
    events = events_page(session, EventFilter(subject_id=payment_id), PageRequest()).rows
    assert {event.kind for event in events} == {"support.recorded", "support.reversed"}
    assert WHY.reason not in str([event.facts for event in events])


def test_a_reversal_needs_a_reason_and_happens_once(session: Session, made: MadeGrant) -> None:
    payment_id = paid(session, made, a_voucher(made))

    def act(wanted: ReverseSupport) -> None:
        reverse_support(session, made.actor(session), made.grant_id, payment_id, wanted, now=LATER)

    assert refused(lambda: act(ReverseSupport(reason="wrong"))) == ["support.reason"]
    assert support_row(session, made.grant_id, payment_id).counts
    act(WHY)
    assert refused(lambda: act(WHY)) == ["support.reversed_already"]


def test_who_did_not_pay_neither_reverses_nor_attaches(session: Session, made: MadeGrant) -> None:
    payment_id = paid(session, made, a_voucher(made, 1))
    for actor, error in (
        (made.actor(session, 2), NotPermittedError),
        (made.officer, NotPermittedError),
        (actor_for(session, a_person(session)), NotFoundError),
    ):
        with pytest.raises(error):
            reverse_support(session, actor, made.grant_id, payment_id, WHY, now=LATER)
        with pytest.raises(error):
            attach_evidence(session, actor, made.grant_id, payment_id, PDF, now=LATER)
    with pytest.raises(NotFoundError):
        reverse_support(session, made.actor(session), made.grant_id, new_id(), WHY, now=LATER)
    with pytest.raises(NotFoundError):
        reverse_recipient_amount(session, "third_party_payment", new_id(), now=LATER)
    assert support_row(session, made.grant_id, payment_id).counts


def test_a_document_proves_the_payment_and_can_be_replaced(session: Session, made: MadeGrant) -> None:
    payment_id = paid(session, made, a_voucher(made, 1))
    first = attach_evidence(session, made.actor(session, 1), made.grant_id, payment_id, PDF, now=LATER)
    second = attach_evidence(session, made.actor(session), made.grant_id, payment_id, PDF, now=LATER)
    assert support_row(session, made.grant_id, payment_id).evidence_id == second != first
    stored = documents.file(session, second)
    assert stored is not None
    assert stored.sha256 == PDF.sha256
    big = FileToStore(sha256="b" * 64, size=10_000_001, media_type="application/pdf", filename="big.pdf", pages=1)

    def attach(file: FileToStore) -> None:
        attach_evidence(session, made.actor(session), made.grant_id, payment_id, file, now=LATER)

    assert refused(lambda: attach(big)) == ["support.evidence_size"]
    reverse_support(session, made.actor(session), made.grant_id, payment_id, WHY, now=LATER)
    assert refused(lambda: attach(PDF)) == ["support.evidence_of_reversed"]


def test_an_ended_grant_keeps_its_payments_as_they_are(session: Session, made: MadeGrant) -> None:
    payment_id = paid(session, made, a_voucher(made))
    row = made.row(session)
    row.state, row.closed_at = "closed", LATER  # type: ignore[assignment]  # as closing will leave it
    session.flush()
    rule = ["support.grant_not_running"]
    actor = made.actor(session)
    assert refused(lambda: reverse_support(session, actor, made.grant_id, payment_id, WHY, now=LATER)) == rule
    assert refused(lambda: attach_evidence(session, actor, made.grant_id, payment_id, PDF, now=LATER)) == rule


def test_no_program_changes_or_removes_what_was_recorded(session: Session, made: MadeGrant) -> None:
    paid(session, made, a_voucher(made))
    for statement in (
        "update third_party_payment set amount = amount + 1",
        "update third_party_payment set recipient = 'Somebody else'",
        "delete from third_party_payment",
        "truncate third_party_payment",
        "update recipient_amount set amount = amount - 1",
        "delete from recipient_amount",
        "truncate recipient_amount",
    ):
        with pytest.raises(sa.exc.DBAPIError), session.begin_nested():
            session.execute(sa.text(statement))
