"""The circuit: four different people in one order, each in scope; sent back, cancelled and suspended with a reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.queries import actor_of_person, as_delegate
from app.accounts.schemas import DelegateTasks
from app.accounts.use_cases.act_for import act_for
from app.accounts.use_cases.delegate_tasks import delegate_tasks
from app.audit.models import Event
from app.core.actor import PUBLIC, Actor, Role
from app.core.errors import (
    NotFoundError,
    NotPermittedError,
    RulesViolatedError,
    SignInRequiredError,
    TransitionNotAllowedError,
)
from app.core.periods import BRUSSELS
from app.infra.ids import new_id
from app.payments.models import Payment
from app.payments.queries import payment_row
from app.payments.queries.work import payment_work
from app.payments.rules.lifecycle import PaymentState
from app.payments.schemas import GiveReason
from app.payments.use_cases.authorise_payment import authorise_payment
from app.payments.use_cases.cancel_payment import cancel_payment
from app.payments.use_cases.initiate_payment import resubmit_payment
from app.payments.use_cases.return_payment import return_payment
from app.payments.use_cases.suspend_payment import resume_payment, suspend_payment
from app.payments.use_cases.verify_payment import verify_payment
from tests.builders.payments import (
    DUE,
    a_bank,
    a_due,
    a_payment,
    a_validated_account,
    an_authorised_payment,
    an_office,
    later,
    officer,
    released,
)
from tests.conftest import NOW

WHY = GiveReason(reason="The sheet lacks the guarantee.")


def test_four_people_bring_a_payment_to_the_bank(session: Session, tmp_path: Path) -> None:
    office = an_office(session)
    payment_id = an_authorised_payment(session, office)
    released(session, office, a_bank(tmp_path), [payment_id])
    row = payment_row(session, payment_id)
    four = [row.initiated_by, row.verified_by, row.authorised_by, row.released_by]
    assert len(set(four)) == 4
    assert row.state is PaymentState.RELEASED
    kinds = session.scalars(sa.select(Event.kind).where(Event.subject_id == payment_id).order_by(Event.seq)).all()
    assert kinds == ["payment.initiated", "payment.verified", "payment.authorised", "payment.released"]


def test_one_person_with_every_office_takes_one_step_only(session: Session, tmp_path: Path) -> None:
    every = officer(
        session, Role.PROGRAMME_OFFICER, Role.FINANCE_OFFICER, Role.AUTHORISING_OFFICER, Role.ACCOUNTING_OFFICER
    )
    office = an_office(session)
    mine = a_payment(session, every)
    with pytest.raises(RulesViolatedError, match="You have initiated this payment"):
        verify_payment(session, every, mine, now=NOW)
    verify_payment(session, office.verifier, mine, now=NOW)
    with pytest.raises(RulesViolatedError, match="You have initiated"):
        authorise_payment(session, every, mine, now=NOW)
    other = a_payment(session, office.initiator)
    verify_payment(session, every, other, now=NOW)
    with pytest.raises(RulesViolatedError, match="You have verified"):
        authorise_payment(session, every, other, now=NOW)
    third = a_payment(session, office.initiator)
    verify_payment(session, office.verifier, third, now=NOW)
    authorise_payment(session, every, third, now=NOW)
    four = an_office(session)
    held = four.__class__(four.initiator, four.verifier, four.authoriser, every)
    with pytest.raises(RulesViolatedError, match="You have authorised"):
        released(session, held, a_bank(tmp_path), [third])


def test_a_delegate_counts_as_the_colleague_and_authorises_nothing_for_them(session: Session, tmp_path: Path) -> None:
    office = an_office(session)
    payment_id = a_payment(session, office.initiator)
    assert office.initiator.person_id is not None
    both = replace(office.verifier, also=frozenset({office.initiator.person_id}))
    with pytest.raises(RulesViolatedError, match="You have initiated this payment"):
        verify_payment(session, both, payment_id, now=NOW)
    assert not payment_work(session, both)
    verify_payment(session, office.verifier, payment_id, now=NOW)
    standing_in = replace(office.authoriser, acting_for=new_id(), acting_for_name="A colleague")
    with pytest.raises(NotPermittedError, match="You act for A colleague"):
        authorise_payment(session, standing_in, payment_id, now=NOW)
    authorise_payment(session, office.authoriser, payment_id, now=NOW)
    accountant = replace(office.accountant, acting_for=new_id(), acting_for_name="A colleague")
    with pytest.raises(NotPermittedError, match="You act for A colleague"):
        released(session, replace(office, accountant=accountant), a_bank(tmp_path), [payment_id])


def test_two_delegates_of_one_person_are_one_pair_of_eyes(session: Session) -> None:
    ada, bob, carol = (officer(session, Role.FINANCE_OFFICER) for _ in range(3))
    as_ada = [standing_in(session, ada, one) for one in (bob, carol)]
    payment_id = a_payment(session, as_ada[0])
    for again in (as_ada[1], ada, who_is(session, carol)):
        with pytest.raises(RulesViolatedError, match="You have initiated this payment"):
            verify_payment(session, again, payment_id, now=NOW)
    verify_payment(session, officer(session, Role.FINANCE_OFFICER), payment_id, now=NOW)


def test_two_who_once_stood_in_for_one_person_are_two_in_their_own_names(session: Session) -> None:
    ada, bob, carol = (officer(session, Role.FINANCE_OFFICER) for _ in range(3))
    for one in (bob, carol):
        standing_in(session, ada, one)
    payment_id = a_payment(session, who_is(session, bob))
    verify_payment(session, who_is(session, carol), payment_id, now=NOW)
    assert payment_row(session, payment_id).state is PaymentState.VERIFIED


def standing_in(session: Session, giver: Actor, taker: Actor) -> Actor:
    """The taker, who acts for the giver by a delegation of this day."""
    day = NOW.astimezone(ZoneInfo(BRUSSELS)).date()
    assert giver.person_id is not None
    assert taker.person_id is not None
    wanted = DelegateTasks(delegate_id=taker.person_id, starts_on=day, ends_on=day, reason="Annual leave")
    made = delegate_tasks(session, giver, giver.person_id, wanted, now=NOW)
    act_for(session, taker, made, secret="", now=NOW)
    found = as_delegate(session, taker, made, now=NOW)
    assert found is not None
    return found


def who_is(session: Session, actor: Actor) -> Actor:
    """The same person as they stand now, in their own name."""
    assert actor.person_id is not None
    return actor_of_person(session, actor.person_id)


@pytest.mark.parametrize(
    ("column", "earlier"),
    [
        ("verified", "initiated"),
        ("authorised", "initiated"),
        ("authorised", "verified"),
        ("released", "initiated"),
        ("released", "verified"),
        ("released", "authorised"),
    ],
)
def test_the_table_refuses_two_steps_by_one_person(session: Session, column: str, earlier: str) -> None:
    payment = session.get(Payment, an_authorised_payment(session, an_office(session)))
    assert payment is not None
    same = getattr(payment, f"{earlier}_by")
    change = sa.update(Payment).where(Payment.id == payment.id).values({f"{column}_by": same})
    with pytest.raises(sa.exc.IntegrityError, match=f"{column}_not_{earlier}"), session.begin_nested():
        session.execute(change)


def test_steps_come_in_their_order(session: Session, tmp_path: Path) -> None:
    office = an_office(session)
    payment_id = a_payment(session, office.initiator)
    with pytest.raises(TransitionNotAllowedError):
        authorise_payment(session, office.authoriser, payment_id, now=NOW)
    with pytest.raises(RulesViolatedError, match="it is initiated, so it cannot go to the bank"):
        released(session, office, a_bank(tmp_path), [payment_id])
    verify_payment(session, office.verifier, payment_id, now=NOW)
    with pytest.raises(TransitionNotAllowedError):
        verify_payment(session, officer(session, Role.FINANCE_OFFICER), payment_id, now=NOW)


Do = Callable[[Session, Actor, UUID], None]
ACTS: dict[str, tuple[Do, set[Role]]] = {
    "verify": (lambda s, a, p: verify_payment(s, a, p, now=NOW), {Role.FINANCE_OFFICER}),
    "authorise": (lambda s, a, p: authorise_payment(s, a, p, now=NOW), {Role.AUTHORISING_OFFICER}),
    "cancel": (
        lambda s, a, p: cancel_payment(s, a, p, WHY, now=NOW),
        {Role.PROGRAMME_OFFICER, Role.FINANCE_OFFICER},
    ),
    "suspend": (
        lambda s, a, p: suspend_payment(s, a, p, WHY, now=NOW),
        {Role.PROGRAMME_OFFICER, Role.FINANCE_OFFICER},
    ),
}


@pytest.mark.parametrize("act", ACTS)
def test_other_offices_are_refused_and_strangers_told_nothing(session: Session, act: str) -> None:
    do, allowed = ACTS[act]
    payment_id = a_payment(session, an_office(session).initiator)
    offices = {Role.PROGRAMME_OFFICER, Role.FINANCE_OFFICER, Role.AUTHORISING_OFFICER, Role.ACCOUNTING_OFFICER}
    for role in (offices | {Role.AUDITOR, Role.ADMINISTRATOR}) - allowed:
        with pytest.raises(NotPermittedError):
            do(session, officer(session, role), payment_id)
    for role in allowed:
        with pytest.raises(NotFoundError):
            do(session, officer(session, role, scope_id=new_id()), payment_id)
    with pytest.raises(NotFoundError):
        do(session, officer(session, Role.EVALUATOR), payment_id)
    with pytest.raises(SignInRequiredError):
        do(session, PUBLIC, payment_id)
    with pytest.raises(NotFoundError):
        do(session, an_office(session).verifier, new_id())


def test_an_office_of_the_programme_acts_in_it(session: Session) -> None:
    programme = new_id()
    office = an_office(session, programme)
    payment_id = a_payment(session, office.initiator, programme_id=programme)
    verify_payment(session, office.verifier, payment_id, now=NOW)
    authorise_payment(session, office.authoriser, payment_id, now=NOW)
    assert payment_row(session, payment_id).state is PaymentState.AUTHORISED


def test_whose_turn_it_is_sends_back_and_the_circuit_begins_anew(session: Session) -> None:
    office = an_office(session)
    payment_id = a_payment(session, office.initiator)
    verify_payment(session, office.verifier, payment_id, now=NOW)
    with pytest.raises(RulesViolatedError, match="whose turn"):
        return_payment(session, office.verifier, payment_id, WHY, now=NOW)
    with pytest.raises(RulesViolatedError, match="Say why"):
        return_payment(session, office.authoriser, payment_id, GiveReason(reason="no"), now=NOW)
    return_payment(session, office.authoriser, payment_id, WHY, now=NOW)
    row = payment_row(session, payment_id)
    assert (row.state, row.reason, row.verified_by) == (PaymentState.RETURNED, WHY.reason, None)
    a_validated_account(session, row.organisation_id, iban="BE71096123456769")
    resubmit_payment(session, office.initiator, payment_id, now=later(1))
    row = payment_row(session, payment_id)
    assert (row.state, row.iban, row.reason) == (PaymentState.INITIATED, "BE71096123456769", "")
    verify_payment(session, office.verifier, payment_id, now=later(1))


def test_a_cancelled_payment_frees_its_amount_and_its_kind(session: Session) -> None:
    office = an_office(session)
    due = a_due(session)
    given = {
        "commitment_id": due.commitment_id,
        "subject_id": due.subject_id,
        "organisation_id": due.organisation_id,
        "amount": due.amount,
    }
    first = a_payment(session, office.initiator, **given)
    with pytest.raises(RulesViolatedError, match="Say why"):
        cancel_payment(session, office.initiator, first, GiveReason(), now=NOW)
    cancel_payment(session, office.initiator, first, WHY, now=NOW)
    with pytest.raises(TransitionNotAllowedError):
        verify_payment(session, office.verifier, first, now=NOW)
    second = a_payment(session, office.initiator, **given)
    verify_payment(session, office.verifier, second, now=NOW)
    with pytest.raises(TransitionNotAllowedError):
        cancel_payment(session, office.initiator, second, WHY, now=NOW)


def test_a_suspension_stops_the_clock_and_the_circuit(session: Session) -> None:
    office = an_office(session)
    payment_id = a_payment(session, office.initiator)
    suspend_payment(session, office.verifier, payment_id, WHY, now=NOW)
    with pytest.raises(RulesViolatedError, match="suspended since 2019-03-01"):
        verify_payment(session, office.verifier, payment_id, now=NOW)
    with pytest.raises(RulesViolatedError, match="already"):
        suspend_payment(session, office.verifier, payment_id, WHY, now=NOW)
    resume_payment(session, office.initiator, payment_id, now=later(12))
    assert (payment_row(session, payment_id).due_on - DUE).days == 12
    with pytest.raises(RulesViolatedError, match="running already"):
        resume_payment(session, office.initiator, payment_id, now=later(13))
    suspend_payment(session, office.verifier, payment_id, WHY, now=later(13))
    resume_payment(session, office.verifier, payment_id, now=later(16))
    assert (payment_row(session, payment_id).due_on - DUE).days == 15
    verify_payment(session, office.verifier, payment_id, now=later(16))


def test_what_has_left_cannot_be_suspended_or_sent_back(session: Session, tmp_path: Path) -> None:
    office = an_office(session)
    payment_id = an_authorised_payment(session, office)
    released(session, office, a_bank(tmp_path), [payment_id])
    with pytest.raises(RulesViolatedError, match="cannot be suspended any more"):
        suspend_payment(session, office.verifier, payment_id, WHY, now=NOW)
    with pytest.raises(TransitionNotAllowedError):
        return_payment(session, office.accountant, payment_id, WHY, now=NOW)
