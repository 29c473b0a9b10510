"""What ``verify`` asks of agreements: texts and signatures are those that were given, commitments hold the maximum."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Session

from app.core.canonical import digest
from app.core.money import Money
from app.grants.models import Grant, GrantSignature, GrantVersion
from app.grants.rules.grant_lifecycle import GrantState
from app.ledger.queries.commitments import commitment_balances


def altered_agreements(session: Session) -> Sequence[str]:
    """References of agreements whose text no longer has the hash that was signed (for ``verify``)."""
    statement = sa.select(Grant.reference, GrantVersion.number, GrantVersion.snapshot, GrantVersion.sha256).join(
        Grant, Grant.id == GrantVersion.grant_id
    )
    return [
        f"{row.reference}, version {row.number}"
        for row in session.execute(statement.execution_options(yield_per=50))
        if digest(row.snapshot) != row.sha256
    ]


def altered_signatures(session: Session) -> Sequence[str]:
    """References of grants with a signature under another text than that of its version (for ``verify``)."""
    here = (GrantVersion.grant_id == GrantSignature.grant_id, GrantVersion.number == GrantSignature.version)
    statement = (
        sa.select(Grant.reference, GrantSignature.version, GrantSignature.order)
        .join_from(GrantSignature, GrantVersion, sa.and_(*here))
        .join(Grant, Grant.id == GrantSignature.grant_id)
        .where(GrantSignature.sha256 != GrantVersion.sha256)
        .order_by(Grant.reference, GrantSignature.version, GrantSignature.order)
    )
    return [f"{row.reference}, version {row.version}, number {row.order}" for row in session.execute(statement)]


def both_sided_agreements(session: Session) -> Sequence[str]:
    """Versions that one person signed for a party and for the authority (for ``verify``)."""
    other = orm.aliased(GrantSignature)
    here = (other.grant_id == GrantSignature.grant_id, other.version == GrantSignature.version)
    sides = (GrantSignature.partner_id.is_(None), other.partner_id.is_not(None))
    statement = (
        sa.select(Grant.reference, GrantSignature.version)
        .join_from(GrantSignature, other, sa.and_(*here, other.person_id == GrantSignature.person_id))
        .join(Grant, Grant.id == GrantSignature.grant_id)
        .where(*sides)
        .order_by(Grant.reference, GrantSignature.version)
    )
    return [f"{row.reference}, version {row.version}" for row in session.execute(statement.distinct())]


def loose_commitments(session: Session) -> Sequence[str]:
    """Grants that are not over and whose commitment holds another amount than the maximum grant (for ``verify``)."""
    balances = commitment_balances()
    amount, released = (sa.type_coerce(one, sa.BigInteger) for one in (balances.c.amount, balances.c.released))
    going = Grant.state.in_((GrantState.PREPARATION, GrantState.SIGNATURE, GrantState.RUNNING))
    statement = (
        sa.select(Grant.reference, Grant.maximum_grant, (amount - released).label("held"))
        .join(balances, balances.c.commitment_id == Grant.commitment_id)
        .where(going, amount - released != sa.type_coerce(Grant.maximum_grant, sa.BigInteger))
        .order_by(Grant.reference)
    )
    return [
        f"{row.reference}: {Money(int(row.held))} is committed, its maximum grant is {row.maximum_grant}"
        for row in session.execute(statement)
    ]
