"""The account that payments of a grant go to: the one of the coordinator that the finance office validated."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.grants.models import Grant, GrantVersion
from app.grants.rules.agreement import AccountFacts
from app.payments.models import BankAccount
from app.payments.queries import validated_account
from app.payments.queries.accounts import live_account
from app.payments.rules.lifecycle import AccountState
from app.payments.schemas import AccountRow


def account_of(session: Session, organisation_id: UUID) -> AccountFacts | None:
    """The validated account of an organisation; None where it has none."""
    return _facts(validated_account(session, organisation_id))


def account_to_pay(session: Session, organisation_id: UUID) -> AccountFacts | None:
    """The same, locked: whoever validates another one waits until the payment that names this one is made."""
    return _facts(live_account(session, organisation_id, AccountState.VALIDATED))


def agreed_account(session: Session, grant_id: UUID) -> AccountFacts | None:
    """The account that the agreement in force names; None where nothing is agreed. Locks the grant: no amendment meanwhile."""
    statement = (
        sa.select(GrantVersion.snapshot["account"])
        .join(Grant, sa.and_(Grant.id == GrantVersion.grant_id, Grant.agreed_version == GrantVersion.number))
        .where(Grant.id == grant_id)
        .with_for_update(of=Grant)
    )
    stored = session.execute(statement).scalar()
    return AccountFacts.model_validate(stored, strict=False) if stored is not None else None


def _facts(found: AccountRow | BankAccount | None) -> AccountFacts | None:
    if found is None:
        return None
    return AccountFacts(id=found.id, holder=found.holder, iban=found.iban, bic=found.bic)
