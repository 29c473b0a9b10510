"""Release authorised payments: one file for the bank, made once; the fourth step, by an accounting officer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.accounts.policies import require_own_act
from app.accounts.queries import counted_on, takes_part_in
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.core.money import Money
from app.core.periods import BRUSSELS
from app.documents.schemas import FileToStore
from app.documents.use_cases.store_file import store_file
from app.infra.bank_files import Account, Transfer, credit_transfers
from app.infra.ids import new_id
from app.payments.events import PaymentFileMade, PaymentReleased
from app.payments.models import Payment, PaymentFile
from app.payments.queries.acting import circuit_of, file_with, payments_to_act_on, standing_accounts
from app.payments.queries.claims import strays_of
from app.payments.queries.numbers import next_reference
from app.payments.rules.circuit import Act
from app.payments.rules.files import ToRelease, message_id, release_findings
from app.payments.rules.lifecycle import PAYMENT, PaymentEvent, PaymentState
from app.payments.schemas import Bank, Payer, ReleasePayments

MEDIA_TYPE = "application/xml"


def release_payments(session: Session, actor: Actor, command: ReleasePayments, bank: Bank, *, now: datetime) -> UUID:
    """Put the chosen payments into one file, all or none, and return its id; the same choice again gives that file.

    The file and the releases are one transaction: a process that dies in between leaves neither. Raise RulesViolated
    with what stands against each payment: another state, a step by the same person, a suspension, an account that was
    replaced, an earlier attempt that the bank booked; NotPermitted for who acts for somebody else; NotFound and NotPermitted as the policies say for each.
    """
    require_own_act(actor)
    chosen = payments_to_act_on(session, actor, command.payment_ids, Act.RELEASE)
    if chosen and (made := file_with(session, message_id(payment.id for payment in chosen))) is not None:
        return made
    standing = standing_accounts(session, [payment.bank_account_id for payment in chosen])
    strays = strays_of(session, [payment.claim_id for payment in chosen])
    facts = [_facts(payment, standing, strays.get(payment.claim_id)) for payment in chosen]
    persons = counted_on(session, actor, PaymentReleased, *(payment.id for payment in chosen))
    if findings := release_findings(
        facts, persons, payer=_is_set(bank.payer), takes_part_in=takes_part_in(session, actor)
    ):
        raise RulesViolatedError(findings)
    file = _make_file(session, actor, chosen, bank, now=now)
    for payment in chosen:
        payment.state = PAYMENT.after(payment.state, PaymentEvent.RELEASE)
        payment.released_at, payment.released_by, payment.file_id = now, actor.person_id, file.id
    session.flush()
    for payment in chosen:
        told = {"reference": payment.reference, "amount": payment.amount, "file": file.reference}
        released = PaymentReleased(subject_id=payment.id, facts=told, call_id=payment.call_id)
        record_event(session, actor, released, now=now)
    of_file = {"reference": file.reference, "payments": file.payments, "control_sum": file.control_sum}
    of_file |= {"message": file.message_id, "sha256": file.sha256}
    record_event(session, actor, PaymentFileMade(subject_id=file.id, facts=of_file), now=now)
    return file.id


def _facts(payment: Payment, standing: Collection[UUID], paid_before: str | None) -> ToRelease:
    return ToRelease(
        id=payment.id,
        reference=payment.reference,
        amount=payment.amount,
        state=PaymentState(payment.state),
        circuit=circuit_of(payment),
        suspended_on=payment.suspended_on,
        account_stands=payment.bank_account_id in standing,
        paid_before=paid_before,
    )


def _is_set(payer: Payer) -> bool:
    return bool(payer.name and payer.iban and payer.bic)


def _make_file(session: Session, actor: Actor, chosen: Sequence[Payment], bank: Bank, *, now: datetime) -> PaymentFile:
    message = message_id(payment.id for payment in chosen)
    transfers = [
        Transfer(
            reference=payment.reference,
            amount=payment.amount,
            payee=Account(payment.holder, payment.iban, payment.bic),
            text=f"{payment.reference} {payment.subject_reference} {payment.kind}",
        )
        for payment in chosen
    ]
    data = credit_transfers(
        Account(bank.payer.name, bank.payer.iban, bank.payer.bic),
        transfers,
        message_id=message,
        on=now.astimezone(ZoneInfo(BRUSSELS)).date(),
        now=now,
    )
    reference = next_reference(session, "FILE", now=now)
    sha256 = bank.files.put(data)
    stored = FileToStore(sha256=sha256, size=len(data), media_type=MEDIA_TYPE, filename=f"{reference}.xml")
    file = PaymentFile(
        id=new_id(),
        reference=reference,
        message_id=message,
        file_id=store_file(session, actor, stored, now=now),
        sha256=sha256,
        control_sum=Money.total(payment.amount for payment in chosen),
        payments=len(chosen),
        created_at=now,
        created_by=actor.person_id,
    )
    session.add(file)
    session.flush()
    return file
