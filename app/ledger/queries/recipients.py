"""Third parties: what each received, the lock around one, and where else it was paid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.orm import Session, aliased

from app.core.money import Money
from app.infra.db.base import MoneyCents
from app.ledger.models import RecipientAmount
from app.ledger.rules.recipients import Within
from app.ledger.schemas import Counted, Place, ReceivedElsewhere

LOCK = sa.text("select lock_recipient(cast(:keys as text[]))")
"""One lock for each number of the recipient, in order, until the transaction ends.

Its numbers are also those of records that share one with it, and of records that share one with these: the function
in the database follows them, and so do all readings here.
"""


def lock_recipient(session: Session, keys: Sequence[str]) -> None:
    """Wait until nobody else records an amount for this recipient; the lock ends with the transaction.

    As long as it is held nobody can join the recipient to others either.
    """
    session.execute(LOCK, {"keys": sorted(keys)})


def amount_of_recipient(session: Session, place: Place, within: Within, keys: Sequence[str]) -> Money:
    """What the recipient received within the grant, the call or the programme; what was reversed does not count."""
    scope = {
        Within.GRANT: RecipientAmount.grant_id == place.grant_id,
        Within.CALL: RecipientAmount.call_id == place.call_id,
        Within.PROGRAMME: RecipientAmount.programme_id == place.programme_id,
    }[within]
    statement = sa.select(_total(RecipientAmount.amount)).where(
        scope, RecipientAmount.keys.overlap(_group(keys)), RecipientAmount.reversed_at.is_(None)
    )
    return session.execute(statement).scalar_one()


def recipient_amount_for_change(session: Session, subject_kind: str, subject_id: UUID) -> RecipientAmount | None:
    """The amount of a subject, its recipient and itself locked in this order; None where nothing was recorded."""
    wanted = RecipientAmount.subject_kind == subject_kind, RecipientAmount.subject_id == subject_id
    keys = session.execute(sa.select(RecipientAmount.keys).where(*wanted)).scalar()
    if keys is None:
        return None
    lock_recipient(session, keys)
    statement = sa.select(RecipientAmount).where(*wanted).with_for_update()
    return session.scalars(statement.execution_options(populate_existing=True)).first()


def subjects_of_recipient(session: Session, subject_kind: str, keys: Sequence[str]) -> Sequence[UUID]:
    """The subjects of one kind that paid this recipient, wherever; what was reversed is left out."""
    statement = sa.select(RecipientAmount.subject_id).where(
        RecipientAmount.subject_kind == subject_kind,
        RecipientAmount.keys.overlap(_group(keys)),
        RecipientAmount.reversed_at.is_(None),
    )
    return session.scalars(statement).all()


def received_elsewhere(session: Session, grant_id: UUID) -> Sequence[ReceivedElsewhere]:
    """For each amount of the grant that counts: which other grants paid the same recipient, and how much. One query."""
    mine, other = aliased(RecipientAmount), aliased(RecipientAmount)
    linked = _linked(grant_id)
    pairs = (
        sa.select(mine.subject_id, other.grant_id, other.id, other.amount)
        .join(linked, linked.c.root == sa.any_(mine.keys))
        .join(other, sa.and_(other.keys.contains(array([linked.c.key])), other.grant_id != mine.grant_id))
        .where(mine.grant_id == grant_id, mine.reversed_at.is_(None), other.reversed_at.is_(None))
        .distinct()
        .subquery()
    )
    statement = (
        sa.select(pairs.c.subject_id, pairs.c.grant_id, _total(pairs.c.amount), sa.func.count())
        .group_by(pairs.c.subject_id, pairs.c.grant_id)
        .order_by(pairs.c.subject_id, pairs.c.grant_id)
    )
    return [ReceivedElsewhere(*row) for row in session.execute(statement)]


def _linked(grant_id: UUID) -> sa.CTE:
    """Each number (``root``) that counts in the grant, beside every number that hangs together with it."""
    mine, other = aliased(RecipientAmount), aliased(RecipientAmount)
    root = sa.func.unnest(mine.keys)
    linked = (
        sa.select(root.label("root"), root.label("key"))
        .where(mine.grant_id == grant_id, mine.reversed_at.is_(None))
        .cte("linked", recursive=True)
    )
    return linked.union(
        sa.select(linked.c.root, sa.func.unnest(other.keys)).join(
            other, sa.and_(other.keys.contains(array([linked.c.key])), other.reversed_at.is_(None))
        )
    )


def recipient_amounts(session: Session) -> Sequence[Counted]:
    """Every amount that was recorded, in the order of recording (for ``verify``)."""
    row = RecipientAmount
    statement = sa.select(
        row.id,
        row.keys,
        row.name,
        row.grant_id,
        row.call_id,
        row.programme_id,
        row.subject_kind,
        row.subject_id,
        row.amount,
        row.ceiling,
        row.within,
        row.reversed_at,
    ).order_by(row.recorded_at, row.id)
    found = []
    for one in session.execute(statement):
        values = one._asdict()
        place = Place(values.pop("grant_id"), values.pop("call_id"), values.pop("programme_id"))
        typed = {"keys": tuple(values["keys"]), "within": Within(values["within"])}
        found.append(Counted(**(values | typed), place=place))
    return found


def _group(keys: Sequence[str]) -> sa.ColumnElement[Sequence[str]]:
    """All numbers under which the recipient was paid."""
    own = sa.cast(list(keys), ARRAY(sa.Text))
    return sa.func.recipient_group(own, type_=ARRAY(sa.Text))


def _total(amount: Any) -> sa.ColumnElement[Money]:  # noqa: ANN401  # a column of cents
    cents = sa.func.coalesce(sa.func.sum(sa.type_coerce(amount, sa.BigInteger)), 0)
    return sa.type_coerce(sa.cast(cents, sa.BigInteger), MoneyCents())
