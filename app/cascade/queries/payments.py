"""Payments to third parties: as a list, one of them, to change, and what they count towards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.cascade.models import ThirdPartyPayment as Payment
from app.cascade.rules.support import SupportKind
from app.cascade.rules.targets import Exchanges
from app.cascade.schemas import ExchangeFacts, PaidElsewhere, SupportFilter, SupportRow
from app.core.errors import NotFoundError
from app.core.money import Money
from app.core.paging import Page, PageRequest
from app.grants.models import Grant, GrantPartner
from app.grants.rules.grant_lifecycle import GrantState
from app.infra.db.base import MoneyCents
from app.ledger.queries import received_elsewhere
from app.organisations.models import Organisation

SUBJECT = "third_party_payment"
_PLAIN: tuple[Any, ...] = (
    Payment.id,
    Payment.grant_id,
    Payment.partner_id,
    Organisation.legal_name.label("partner"),
    Payment.number,
    Payment.kind,
    Payment.recipient,
    Payment.country,
    Payment.vat,
    Payment.registration_number,
    Payment.sme,
    Payment.organisation_id,
    Payment.activity,
    Payment.purpose,
    Payment.amount,
    Payment.paid_on,
    Payment.evidence_id,
    Payment.recorded_at,
    Payment.recorded_by,
    Payment.reversed_at,
    Payment.reversed_by,
    Payment.reversal_reason,
)
_STAY: tuple[Any, ...] = (
    Payment.visitor,
    Payment.host_name,
    Payment.host_country,
    Payment.host_region,
    Payment.host_sme,
    Payment.distance_km,
    Payment.first_day,
    Payment.last_day,
    Payment.working_days,
    Payment.halved,
    Payment.lump_sum,
    Payment.lump_sum_source,
)
_SORTS: Mapping[str, Any] = {
    "number": Payment.number,
    "recipient": sa.func.lower(Payment.recipient),
    "amount": Payment.amount,
    "paid_on": Payment.paid_on,
}


def _payments(grant_id: UUID) -> sa.Select[*tuple[Any, ...]]:
    party = sa.and_(GrantPartner.grant_id == Payment.grant_id, GrantPartner.partner_id == Payment.partner_id)
    return (
        sa.select(*_PLAIN, *_STAY)
        .join(GrantPartner, party)
        .join(Organisation, Organisation.id == GrantPartner.organisation_id)
        .where(Payment.grant_id == grant_id)
    )


def _row(found: Any) -> SupportRow:  # noqa: ANN401  # a row of _PLAIN and _STAY
    plain, stay = tuple(found)[: len(_PLAIN)], tuple(found)[len(_PLAIN) :]
    exchange = ExchangeFacts(*stay) if found.visitor is not None else None
    fields = dict(zip((column.key for column in _PLAIN), plain, strict=True))
    return SupportRow(**{**fields, "kind": SupportKind(found.kind)}, exchange=exchange)


def support_row(session: Session, grant_id: UUID, payment_id: UUID) -> SupportRow:
    """One payment of the grant; raise NotFound."""
    found = session.execute(_payments(grant_id).where(Payment.id == payment_id)).first()
    if found is None:
        raise NotFoundError("payment")
    return _row(found)


def payment_for_change(session: Session, grant_id: UUID, payment_id: UUID) -> Payment:
    """One payment of the grant, locked (its grant is locked already); raise NotFound."""
    statement = sa.select(Payment).where(Payment.grant_id == grant_id, Payment.id == payment_id).with_for_update()
    found = session.scalars(statement.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFoundError("payment")
    return found


def support_page(  # a list page's knobs
    session: Session,
    grant_id: UUID,
    wanted: SupportFilter,
    page: PageRequest,
    *,
    sort: str = "number",
    descending: bool = True,
) -> Page[SupportRow]:
    """Payments of a grant: two queries whatever the number of rows."""
    statement = _payments(grant_id)
    if wanted.text:
        texts = (Payment.recipient, Payment.visitor, Payment.host_name, Payment.purpose)
        statement = statement.where(sa.or_(*(column.icontains(wanted.text, autoescape=True) for column in texts)))
    if wanted.kind is not None:
        statement = statement.where(Payment.kind == wanted.kind)
    if wanted.partner_id is not None:
        statement = statement.where(Payment.partner_id == wanted.partner_id)
    if wanted.reversed is not None:
        statement = statement.where(Payment.reversed_at.is_not(None) if wanted.reversed else _counts())
    total = session.execute(statement.with_only_columns(sa.func.count())).scalar_one()
    column = _SORTS.get(sort, Payment.number)
    order = column.desc() if descending else column.asc()
    rows = session.execute(statement.order_by(order, Payment.number).limit(page.size).offset(page.offset))
    return Page([_row(row) for row in rows], total, page.number, page.size)


def used_by_partner(session: Session, grant_id: UUID) -> Mapping[UUID, Money]:
    """What each partner paid to third parties; partners that paid nothing are left out."""
    cents = sa.cast(sa.func.sum(sa.type_coerce(Payment.amount, sa.BigInteger)), sa.BigInteger)
    statement = (
        sa.select(Payment.partner_id, sa.type_coerce(cents, MoneyCents()))
        .where(Payment.grant_id == grant_id, _counts())
        .group_by(Payment.partner_id)
    )
    return dict(session.execute(statement).all())


def exchanges_made(session: Session, grant_id: UUID) -> Exchanges:
    """The exchanges of a grant that count, and how many of them an SME took part in, as visitor or as host."""
    with_smes = sa.func.count().filter(sa.or_(Payment.sme, Payment.host_sme.is_(sa.true())))
    statement = sa.select(sa.func.count(), with_smes).where(
        Payment.grant_id == grant_id, Payment.kind == SupportKind.EXCHANGE, _counts()
    )
    return Exchanges(*session.execute(statement).one())


def next_number(session: Session, grant_id: UUID) -> int:
    """The number of the next payment; its grant is locked."""
    last = session.execute(sa.select(sa.func.max(Payment.number)).where(Payment.grant_id == grant_id)).scalar()
    return (last or 0) + 1


def paid_elsewhere(session: Session, grant_id: UUID) -> Mapping[UUID, Sequence[PaidElsewhere]]:
    """For each payment whose recipient another grant paid as well: those grants. Two queries."""
    found = received_elsewhere(session, grant_id)
    columns = (Grant.id, Grant.reference, Grant.acronym, Grant.state)
    wanted = {one.grant_id for one in found}
    grants = {row.id: row for row in session.execute(sa.select(*columns).where(Grant.id.in_(wanted)))}
    flags: dict[UUID, list[PaidElsewhere]] = {}
    for one in found:
        if (grant := grants.get(one.grant_id)) is not None:
            state = GrantState(grant.state)
            row = PaidElsewhere(grant.id, grant.reference, grant.acronym, state, one.amount, one.payments)
            flags.setdefault(one.subject_id, []).append(row)
    return flags


def _counts() -> sa.ColumnElement[bool]:
    return Payment.reversed_at.is_(None)


def visitors_held() -> sa.ColumnElement[bool]:
    """Condition on a payment: it is an exchange whose visitor is still named."""
    return sa.and_(Payment.visitor_key.is_not(None), ~Payment.visitor_key.startswith("erased:"))
