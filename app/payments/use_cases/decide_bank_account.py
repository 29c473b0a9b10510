"""Decide on a proposed bank account: validate it, which replaces the one before, or refuse it with a reason."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.queries import counted_on, takes_part_in
from app.accounts.rules.interests import interest_findings
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotPermittedError, RulesViolatedError, SignInRequiredError
from app.core.violations import Violation
from app.payments.events import AccountDecided
from app.payments.policies import decides_accounts
from app.payments.queries.accounts import account_for_change, live_account
from app.payments.rules.circuit import reason_findings
from app.payments.rules.lifecycle import ACCOUNT, AccountEvent, AccountState
from app.payments.schemas import DecideAccount


def decide_bank_account(
    session: Session, actor: Actor, account_id: UUID, command: DecideAccount, *, now: datetime
) -> None:
    """Validate or refuse an account that another person gave.

    Raise RulesViolated where the same person gave it or belongs to the organisation, or a refusal has no reason; TransitionNotAllowed where it does
    not wait any more.
    """
    if not decides_accounts(actor):
        raise NotPermittedError if actor.signed_in else SignInRequiredError
    account = account_for_change(session, account_id)
    event = AccountEvent.VALIDATE if command.validate_it else AccountEvent.REFUSE
    state = ACCOUNT.after(account.state, event)
    findings = () if command.validate_it else reason_findings(command.reason)
    if account.proposed_by in counted_on(session, actor, AccountDecided, account.organisation_id):
        words = "You gave this account: another person validates or refuses it."
        findings = (Violation("payments.own_account", words), *findings)
    of_it = account.organisation_id in takes_part_in(session, actor)
    if findings := (*interest_findings(of_a_party=of_it), *findings):
        raise RulesViolatedError(findings)
    before = live_account(session, account.organisation_id, AccountState.VALIDATED)
    if command.validate_it and before is not None:
        before.state = ACCOUNT.after(before.state, AccountEvent.REPLACE)
        session.flush()
    account.state, account.decided_at, account.decided_by = state, now, actor.person_id
    account.reason = "" if command.validate_it else command.reason
    session.flush()
    facts = {
        "bank_account": account.id,
        "decision": state,
        "replaced": before.id if command.validate_it and before is not None else None,
    }
    personal = {"reason": account.reason} if account.reason else {}
    record_event(
        session, actor, AccountDecided(subject_id=account.organisation_id, facts=facts, personal=personal), now=now
    )
