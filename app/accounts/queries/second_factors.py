"""Readings of the second step of a person."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import RecoveryCode, SecondFactor
from app.accounts.rules.second_factor import NextCode, next_code
from app.accounts.schemas import SecondFactorRow
from app.infra.vault import Vault


def second_factor_of(session: Session, person_id: UUID) -> SecondFactorRow | None:
    """The second step of a person, begun or in force, and how many recovery codes are left; None without one."""
    left = (
        sa.select(sa.func.count())
        .where(RecoveryCode.person_id == SecondFactor.person_id, RecoveryCode.used_at.is_(None))
        .scalar_subquery()
    )
    columns = (SecondFactor.created_at, SecondFactor.confirmed_at, left)
    row = session.execute(sa.select(*columns).where(SecondFactor.person_id == person_id)).first()
    return SecondFactorRow(*row) if row else None


def has_second_factor(session: Session, person_id: UUID) -> bool:
    """Whether a second step of the person is in force."""
    in_force = sa.exists().where(SecondFactor.person_id == person_id, SecondFactor.confirmed_at.is_not(None))
    return bool(session.scalar(sa.select(in_force)))


def second_factor_for_update(session: Session, person_id: UUID) -> SecondFactor | None:
    """The row, locked until the end of the transaction: of two who send one code, one waits and is refused."""
    statement = sa.select(SecondFactor).where(SecondFactor.person_id == person_id).with_for_update()
    return session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def secret_to_show(session: Session, vault: Vault, person_id: UUID) -> str | None:
    """The secret of a second step that waits for its first code; once it is in force nobody sees it again."""
    waiting = (SecondFactor.person_id == person_id, SecondFactor.confirmed_at.is_(None))
    sealed = session.scalar(sa.select(SecondFactor.secret).where(*waiting))
    return vault.open(sealed, about=str(person_id)) if sealed else None


def code_of_demo(session: Session, vault: Vault, person_id: UUID, *, now: datetime) -> NextCode | None:
    """The code that would count now, for the demonstration, which has no device; None without a second step."""
    row = session.execute(
        sa.select(SecondFactor.secret, SecondFactor.last_step).where(SecondFactor.person_id == person_id)
    ).first()
    return next_code(vault.open(row[0], about=str(person_id)), last_step=row[1], now=now) if row else None
