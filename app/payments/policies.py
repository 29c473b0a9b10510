"""Who sees payments and who does which act: each office in its scope."""

from __future__ import annotations

from uuid import UUID

from app.core.actor import Actor, Role, ScopeKind
from app.core.errors import NotFoundError, NotPermittedError, SignInRequiredError
from app.ledger.policies import sees_money
from app.payments.rules.circuit import Act, holds_office, returner
from app.payments.rules.lifecycle import PaymentState

ACCOUNT_DECIDERS = (Role.FINANCE_OFFICER, Role.ACCOUNTING_OFFICER)
"""Who validates bank accounts; an organisation belongs to no call, so any scope counts."""
ACCOUNT_READERS = (*ACCOUNT_DECIDERS, Role.AUTHORISING_OFFICER, Role.AUDITOR)
"""Who reads account numbers in full: who decides on them, who authorises payments to them, and who audits."""
STATEMENT_READERS = (Role.ACCOUNTING_OFFICER, Role.AUDITOR)
"""Who reads files for the bank and its statements: both show names and account numbers in full."""


def may(actor: Actor, act: Act, call_id: UUID, programme_id: UUID) -> bool:
    """Whether the actor holds an office of the act where the payment is."""
    return holds_office(actor.assignments, act, call_id=call_id, programme_id=programme_id)


def require(actor: Actor, act: Act, call_id: UUID, programme_id: UUID) -> None:
    """Raise unless the actor may do the act; strangers are not told that the payment exists."""
    if may(actor, act, call_id, programme_id):
        return
    if not actor.signed_in:
        raise SignInRequiredError
    raise NotPermittedError if sees_money(actor, call_id, programme_id) else NotFoundError("payment")


def may_send_back(actor: Actor, state: PaymentState, call_id: UUID, programme_id: UUID) -> bool:
    """Whether the actor sends a payment back in this state: an office whose turn it is."""
    turn = returner(state)
    return turn is not None and may(actor, turn, call_id, programme_id)


def sees_accounts(actor: Actor) -> bool:
    """Whether the actor reads bank accounts of organisations: who decides on them, and who audits."""
    return any(actor.has(role) for role in ACCOUNT_READERS)


def decides_accounts(actor: Actor) -> bool:
    """Whether the actor validates bank accounts."""
    return any(actor.has(role) for role in ACCOUNT_DECIDERS)


def may_propose_account(actor: Actor, organisation_id: UUID) -> bool:
    """Whether the actor gives an account for the organisation: its own people, and the office."""
    offices = (Role.PROGRAMME_OFFICER, Role.FINANCE_OFFICER)
    return organisation_id in actor.ids(ScopeKind.ORGANISATION) or any(actor.has(role) for role in offices)


def records_statements(actor: Actor) -> bool:
    """Whether the actor records what the bank says: an accounting officer."""
    return actor.has(Role.ACCOUNTING_OFFICER)
