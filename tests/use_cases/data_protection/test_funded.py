"""What hangs on a grant is kept for five years after its balance was paid, and a visitor is told what is held."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.accounts.models import Person, RoleAssignment
from app.cascade.models import ThirdPartyPayment
from app.cascade.queries.payments import support_row
from app.cascade.use_cases.attach_evidence import attach_evidence
from app.core.actor import Actor, Role
from app.core.money import Money
from app.data_protection.queries.acts import signed_acts
from app.data_protection.queries.due import due_records
from app.data_protection.queries.inventory import INVENTORY
from app.data_protection.queries.visits import visits_of
from app.data_protection.rules.erasure import ERASED_NAME
from app.data_protection.rules.retention import RecordKind
from app.data_protection.schemas import AskErasure
from app.data_protection.use_cases.apply_retention import apply_retention
from app.data_protection.use_cases.ask_erasure import ask_erasure
from app.data_protection.use_cases.erase_person import erase_person
from app.documents.queries import document
from app.documents.schemas import FileToStore
from app.grants.queries.agreement import signatures_of, versions_of
from app.grants.rules.agreement_record import AgreementRecord
from app.grants.use_cases.sign_agreement import sign_for_authority
from app.jobs.verify import verify_money
from app.ledger.models import RecipientAmount
from app.payments.models import BankAccount, Payment, StatementLine
from app.reporting.use_cases.close_grant import close_grant
from app.reporting.use_cases.request_payment import request_payment
from tests.builders import reporting as build
from tests.builders import support
from tests.builders.grants import IN_FORCE, MadeGrant, a_grant_to_sign, sign
from tests.builders.people import a_person, a_role, actor_for, an_administrator

LATER = build.FINALLY + timedelta(days=60)
YEAR_TWO = (date(2021, 3, 1), date(2021, 3, 31))
BIG = ({"category": "personnel", "words": "Everybody, all year", "amount": "78000.00"},)
FAR = LATER + timedelta(days=365 * 40)


@pytest.fixture
def administrator(session: Session) -> Actor:
    return actor_for(session, an_administrator(session))


def decided(session: Session, *, costs: bool) -> MadeGrant:
    """A grant whose balance is computed: something is due, or the pre-financing comes back."""
    made = build.a_reporting_grant(session)
    build.prefinanced(session, made)
    for number, now, days in ((1, build.DECIDED, build.MARCH), (2, build.FINALLY, YEAR_TWO)):
        claimed = build.lines(BIG, days) if costs else ()
        build.submitted(session, made, number=number, costs=claimed, now=now)
        build.accepted(session, made, number=number, now=now)
        if costs and number == 1:
            build.paid(session, request_payment(session, made.officer, made.grant_id, 1, now=now), now=now)
    return made


def due(session: Session, now: datetime) -> set[str]:
    return {one.id for one in due_records(session, RecordKind.FUNDED, now=now)}


def kept_until(session: Session, made: MadeGrant) -> set[datetime | None]:
    """The ends of the periods of everything that authority and coordinator signed about the grant."""
    people = [made.authority.person_id, made.actor(session).person_id, made.officer.person_id]
    return {act.kept_until for acts in signed_acts(session, [one for one in people if one]).values() for act in acts}


def test_the_period_begins_with_the_payment_of_the_balance(session: Session, administrator: Actor) -> None:
    made = decided(session, costs=True)
    assert due(session, FAR) == set(), "nothing is settled yet"
    assert kept_until(session, made) == {None}
    balance = request_payment(session, made.officer, made.grant_id, 2, now=LATER)
    assert due(session, FAR) == set(), "it is asked for and not paid"
    build.paid(session, balance, now=LATER)
    over = datetime(LATER.year + 5, LATER.month, LATER.day, tzinfo=UTC)
    assert kept_until(session, made) == {over}
    assert due(session, over - timedelta(seconds=1)) == set()
    application = str(made.made.application_id)
    assert due(session, over) == {application}
    held = sa.select(RoleAssignment.id).where(RoleAssignment.scope_id == UUID(application))
    assert session.scalars(held).all()
    assert apply_retention(session, administrator, RecordKind.FUNDED, now=over).records == 1
    assert not session.scalars(held).all()
    assert due(session, over) == set()


def test_a_balance_that_came_back_is_not_paid(session: Session) -> None:
    made = decided(session, costs=True)
    balance = request_payment(session, made.officer, made.grant_id, 2, now=LATER)
    build.paid(session, balance, now=LATER)
    close_grant(session, made.officer, made.grant_id, now=LATER)
    session.execute(sa.update(Payment).where(Payment.id == balance).values(state="failed"))
    assert due(session, FAR) == set()
    assert kept_until(session, made) == {None}


def test_without_a_balance_to_pay_it_begins_with_the_closure(session: Session) -> None:
    made = decided(session, costs=False)
    build.recovered(session, made, now=LATER)
    assert due(session, FAR) == set()
    close_grant(session, made.officer, made.grant_id, now=LATER)
    assert due(session, FAR) == {str(made.made.application_id)}
    assert kept_until(session, made) == {LATER.replace(year=LATER.year + 5)}


def test_the_name_of_a_visitor_goes_with_the_records_of_the_grant(session: Session, administrator: Actor) -> None:
    made = decided(session, costs=False)
    stay, voucher = (
        support.paid(session, made, one)
        for one in (support.an_exchange(made, visitor="Eleni Visitor"), support.a_voucher(made))
    )
    for number, one in enumerate((stay, voucher)):
        proof = FileToStore(sha256=f"{number}" * 64, size=10, media_type="application/pdf", filename="pass.pdf")
        attach_evidence(session, made.actor(session), made.grant_id, one, proof, now=support.LATER)
    build.recovered(session, made, now=LATER)
    over = LATER.replace(year=LATER.year + 5)
    [held] = visits_of(session, "ELENI  Visitor")
    assert (held.visitor, held.document, held.grant) == ("Eleni Visitor", True, made.row(session).reference)
    assert due_records(session, RecordKind.VISITOR, now=FAR) == (), "nothing is settled yet"
    close_grant(session, made.officer, made.grant_id, now=LATER)
    with pytest.raises(DBAPIError, match="never changed"), session.begin_nested():
        session.execute(sa.update(ThirdPartyPayment).where(ThirdPartyPayment.id == stay).values(visitor="Somebody"))
    assert due_records(session, RecordKind.VISITOR, now=over - timedelta(seconds=1)) == ()
    applied = apply_retention(session, administrator, RecordKind.VISITOR, now=over)
    assert (applied.records, applied.contents) == (1, {"0" * 64})
    assert visits_of(session, "eleni visitor") == ()
    gone = support_row(session, made.grant_id, stay)
    assert gone.exchange is not None
    assert (gone.exchange.visitor, gone.evidence_id, gone.amount) == ("erased person", None, Money(78_000))
    assert support_row(session, made.grant_id, voucher).evidence_id is not None
    assert apply_retention(session, administrator, RecordKind.VISITOR, now=over).records == 0


def erased(session: Session, person: Person, administrator: Actor, now: datetime) -> None:
    request = ask_erasure(session, actor_for(session, person), AskErasure(), now=now)
    erase_person(session, administrator, request, now=now)


def test_who_signed_and_was_erased_before_the_others_signed_is_named_in_the_sealed_record(
    session: Session, administrator: Actor
) -> None:
    made = a_grant_to_sign(session)
    for member in range(len(made.made.members)):
        sign(session, made, member)
    leaves = made.made.members[2].person
    name = leaves.name
    an_administrator(session)
    erased(session, leaves, administrator, IN_FORCE)
    sign_for_authority(session, made.authority, made.grant_id, made.text(session), now=IN_FORCE)
    assert name in [one.name for one in signatures_of(session, made.grant_id, 1)]
    [version] = versions_of(session, made.grant_id)
    assert version.document_id is not None
    asked = document(session, version.document_id)
    assert asked is not None
    assert name in [one.name for one in AgreementRecord.read(asked.data).signatures]


def test_every_signature_and_every_step_of_a_payment_keeps_its_name(session: Session) -> None:
    made = decided(session, costs=True)
    payment = session.scalars(sa.select(Payment).order_by(Payment.initiated_at)).first()
    assert payment is not None
    partner = made.made.members[2].person.id
    steps = ("initiated", "verified", "authorised", "released")
    people = {step: getattr(payment, f"{step}_by") for step in steps}
    acts = signed_acts(session, [partner, made.officer.person_id or partner, *people.values()])
    assert {act.words for act in acts[partner]} >= {"Declaration on honour", "Grant agreement", "Financial statement"}
    for step, person_id in people.items():
        assert f"Payment, {step}" in {act.words for act in acts[person_id]}
    assert "Decision on a report" in {act.words for act in acts[made.officer.person_id or partner]}
    assert {act.reference for act in acts[partner]} >= {made.row(session).reference}


def test_a_visitor_is_told_of_a_stay_that_was_paid_and_a_namesake_elsewhere_is_not(session: Session) -> None:
    made = build.a_reporting_grant(session)
    organisation = made.made.members[1].organisation
    visitor, namesake = (a_person(session, name="Eleni Visitor") for _ in range(2))
    a_role(session, visitor, Role.MEMBER, organisation.id)
    stay = {"visitor": "ELENI VISITOR", "country": organisation.country, "vat": organisation.vat}
    numbers = {"registration_number": organisation.registration_number or "R 77"}
    support.paid(session, made, support.an_exchange(made, **stay, **numbers))
    session.execute(sa.text("alter table third_party_payment disable trigger user"))
    session.execute(sa.text("update third_party_payment set organisation_id = :id"), {"id": organisation.id})
    [holding] = [one for one in INVENTORY if one.key == "visits"]

    def held(person: Person) -> list[object]:
        rows = session.execute(holding.statement, {"person": person.id, "email": person.email})
        return [row.first_day for row in rows]

    assert held(visitor) == [date(2020, 2, 3)]
    assert held(namesake) == []


def test_ten_years_after_the_balance_the_names_of_account_holders_and_recipients_go(
    session: Session, administrator: Actor
) -> None:
    made = decided(session, costs=False)
    support.paid(session, made, support.a_voucher(made))
    build.recovered(session, made, now=LATER)
    close_grant(session, made.officer, made.grant_id, now=LATER)
    over = LATER.replace(year=LATER.year + 10)
    assert due_records(session, RecordKind.PAYEE, now=over - timedelta(seconds=1)) == ()
    [record] = due_records(session, RecordKind.PAYEE, now=over)
    assert record.id == str(made.made.application_id)
    kept = sa.select(Payment.iban, Payment.amount, Payment.paid_on, Payment.state)
    before = session.execute(kept).all()
    assert apply_retention(session, administrator, RecordKind.PAYEE, now=over).records == 1
    session.expire_all()
    assert set(session.scalars(sa.select(Payment.holder))) == {ERASED_NAME}
    assert set(session.scalars(sa.select(StatementLine.counterparty))) == {ERASED_NAME}
    assert set(session.scalars(sa.select(ThirdPartyPayment.recipient))) == {ERASED_NAME}
    assert set(session.scalars(sa.select(RecipientAmount.name))) == {ERASED_NAME}
    assert set(session.scalars(sa.select(BankAccount.holder))) != {ERASED_NAME}, "the account is still in use"
    assert session.execute(kept).all() == before
    assert verify_money(session).faults == ()
    assert due_records(session, RecordKind.PAYEE, now=over) == ()
    for statement in (
        "update payment set holder = 'Somebody else'",
        "update payment set holder = 'erased person', amount = amount + 1",
        "update statement_line set counterparty = 'Somebody else'",
        "update recipient_amount set name = 'Somebody else'",
        "update third_party_payment set recipient = 'Somebody else'",
        "update bank_account set holder = 'Somebody else'",
        "delete from payment",
    ):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(sa.text(statement))
