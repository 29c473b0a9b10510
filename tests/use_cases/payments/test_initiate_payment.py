"""Initiating: judged against the commitment under its lock, with a validated account, and once where it happens once."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import Event
from app.core.errors import NotFoundError, RulesViolatedError, TransitionNotAllowedError
from app.core.money import Money
from app.infra.ids import new_id
from app.ledger.use_cases.release_commitment import release_commitment
from app.payments.models import Payment
from app.payments.queries import payment_row, payments_of
from app.payments.rules.lifecycle import PaymentKind, PaymentState
from app.payments.use_cases.initiate_payment import initiate_payment, resubmit_payment
from tests.builders.money import GRANT, a_commitment, an_envelope
from tests.builders.organisations import an_organisation
from tests.builders.payments import IBANS, a_due, a_payee, a_payment, an_office
from tests.conftest import NOW


def refused(session: Session, actor: object, **given: object) -> dict[str, str]:
    with pytest.raises(RulesViolatedError) as found:
        initiate_payment(session, actor, a_due(session, **given), now=NOW)  # type: ignore[arg-type]
    return {one.rule: one.text for one in found.value.violations}


def test_a_payment_has_its_number_its_sheet_and_its_account_as_of_now(session: Session) -> None:
    office = an_office(session)
    due = a_due(session, payee=a_payee(session, legal_name="Textile Cluster"))
    payment_id = initiate_payment(session, office.initiator, due, now=NOW)
    row = payment_row(session, payment_id)
    assert row.reference == "PAY-2019-00001"
    assert (row.state, row.amount, row.payee, row.iban) == (
        PaymentState.INITIATED,
        Money(12_000_000),
        "Textile Cluster",
        IBANS[0],
    )
    assert row.sheet == (("Maximum grant", GRANT), ("Pre-financing of 33.33 %", Money(12_000_000)))
    assert row.initiated_by == office.initiator.person_id
    assert payments_of(session, "grant", due.subject_id) == (row,)
    second = a_payment(session, office.initiator)
    assert payment_row(session, second).reference == "PAY-2019-00002"


def test_the_event_tells_everything_but_the_account_number(session: Session) -> None:
    payment_id = a_payment(session, an_office(session).initiator)
    [event] = session.scalars(sa.select(Event).where(Event.subject_id == payment_id)).all()
    assert event.kind == "payment.initiated"
    assert event.facts["amount"] == {"amount": "120000.00", "currency": "EUR"}
    assert IBANS[0] not in str(event.facts)
    every = session.scalars(sa.select(Event)).all()
    assert not [one for one in every if IBANS[0] in str(one.facts) or IBANS[0] in str(one.digests)]


def test_without_a_validated_account_nothing_is_paid(session: Session) -> None:
    found = refused(session, an_office(session).initiator, payee=an_organisation(session, legal_name="No Bank"))
    assert found == {
        "payments.no_validated_account": "No Bank has no validated bank account: one must be given, and validated by "
        "another person."
    }


def test_payments_never_exceed_the_commitment(session: Session) -> None:
    office, commitment_id = an_office(session), a_commitment(session, an_envelope(session).id, GRANT)
    a_payment(session, office.initiator, commitment_id=commitment_id, amount=GRANT - Money(100))
    found = refused(session, office.initiator, commitment_id=commitment_id, amount=Money(101))
    assert found == {
        "payments.commitment_exceeded": "EUR 1.01 cannot be paid: the commitment has EUR 1.00 left besides what is in "
        "payment, EUR 0.01 too little."
    }
    a_payment(session, office.initiator, commitment_id=commitment_id, amount=Money(100))
    assert "payments.commitment_exceeded" in refused(
        session, office.initiator, commitment_id=commitment_id, amount=Money(1)
    )


def test_everything_that_speaks_against_it_is_said_at_once(session: Session) -> None:
    office, payee = an_office(session), an_organisation(session)
    found = refused(session, office.initiator, payee=payee, amount=Money(0))
    assert set(found) == {"payments.amount_not_positive", "payments.no_validated_account"}


def test_prefinancing_and_balance_happen_once_interim_payments_do_not(session: Session) -> None:
    office, commitment_id = an_office(session), a_commitment(session, an_envelope(session).id, GRANT)
    given = {"commitment_id": commitment_id, "subject_id": new_id(), "amount": Money(100)}
    a_payment(session, office.initiator, **given)
    found = refused(session, office.initiator, **given)
    assert found == {"payments.initiated_already": "The prefinancing payment is there already: PAY-2019-00001."}
    for _ in range(2):
        a_payment(session, office.initiator, **given, kind=PaymentKind.INTERIM)


def test_the_tables_hold_it_when_a_program_forgets_the_rules(session: Session) -> None:
    office = an_office(session)
    payment = session.get(Payment, a_payment(session, office.initiator, amount=GRANT))
    assert payment is not None
    values = {column.name: getattr(payment, column.name) for column in Payment.__table__.columns}
    fresh = {"id": new_id(), "subject_id": new_id(), "claim_id": new_id()}
    again = values | fresh | {"reference": "PAY-2019-99999", "amount": Money(1)}
    with pytest.raises(sa.exc.IntegrityError, match="payments of commitment"), session.begin_nested():
        session.execute(sa.insert(Payment).values(again))
    with pytest.raises(sa.exc.IntegrityError, match="payments of commitment"), session.begin_nested():
        release_commitment(session, office.initiator, payment.commitment_id, reason="Dropped.", now=NOW)
    for change in ({"amount": Money(2)}, {"iban": "BE71096123456769"}, {"title": "Other"}, {"sheet": []}):
        with pytest.raises(sa.exc.IntegrityError, match="never changed"), session.begin_nested():
            session.execute(sa.update(Payment).where(Payment.id == payment.id).values(change))
    with pytest.raises(sa.exc.IntegrityError, match="never removed"), session.begin_nested():
        session.execute(sa.delete(Payment))


def test_an_unknown_commitment_does_not_exist(session: Session) -> None:
    with pytest.raises(NotFoundError):
        a_payment(session, an_office(session).initiator, commitment_id=new_id())


def test_only_what_came_back_is_sent_again(session: Session) -> None:
    office = an_office(session)
    with pytest.raises(TransitionNotAllowedError):
        resubmit_payment(session, office.initiator, a_payment(session, office.initiator), now=NOW)
