"""The account that payments of a grant go to: the one of the coordinator that the finance office validated."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from app.grants.rules.agreement import AccountFacts
from app.payments.queries import validated_account


def account_of(session: Session, organisation_id: UUID) -> AccountFacts | None:
    """The validated account of an organisation; None where it has none."""
    found = validated_account(session, organisation_id)
    if found is None:
        return None
    return AccountFacts(id=found.id, holder=found.holder, iban=found.iban, bic=found.bic)
