"""Propose the bank account of an organisation: another person must validate it before anything is paid to it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotFoundError, RulesViolatedError
from app.core.violations import Violation
from app.infra.ids import new_id
from app.organisations.queries import organisation_for_update
from app.payments.events import AccountProposed
from app.payments.models import BankAccount
from app.payments.queries.accounts import live_account
from app.payments.rules.accounts import read_account
from app.payments.rules.lifecycle import ACCOUNT, AccountEvent, AccountState
from app.payments.schemas import BankAccountToPropose


def propose_bank_account(session: Session, actor: Actor, wanted: BankAccountToPropose, *, now: datetime) -> UUID:
    """Note the account and return its id; it replaces one that still waits, and no other before it is validated.

    Raise RulesViolated with everything that is wrong in it, each at its field, or where it is the account that is
    validated already. Permission is the caller's: who may act for the organisation.
    """
    if organisation_for_update(session, wanted.organisation_id) is None:
        raise NotFoundError("organisation")
    read, findings = read_account(wanted.holder, wanted.iban, wanted.bic)
    current = live_account(session, wanted.organisation_id, AccountState.VALIDATED)
    if current is not None and (current.holder, current.iban, current.bic) == (read.holder, read.iban, read.bic):
        words = "This is the account that is validated already: nothing would change."
        findings = (*findings, Violation("payments.account_unchanged", words, "iban"))
    if findings:
        raise RulesViolatedError(findings)
    waiting = live_account(session, wanted.organisation_id, AccountState.PROPOSED)
    if waiting is not None:
        waiting.state = ACCOUNT.after(waiting.state, AccountEvent.REPLACE)
        session.flush()
    account = BankAccount(
        id=new_id(),
        organisation_id=wanted.organisation_id,
        holder=read.holder,
        iban=read.iban,
        bic=read.bic,
        bank=read.bank,
        state=ACCOUNT.initial,
        proposed_at=now,
        proposed_by=actor.person_id,
        reason="",
    )
    session.add(account)
    session.flush()
    facts = {"bank_account": account.id, "replaces": current.id if current is not None else None}
    personal = {"holder": account.holder, "iban": account.iban, "bic": account.bic}
    event = AccountProposed(subject_id=wanted.organisation_id, facts=facts, personal=personal)
    record_event(session, actor, event, now=now)
    return account.id
