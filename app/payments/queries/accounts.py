"""Bank accounts: the one that may be paid to, one to decide on, or as a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.errors import NotFoundError
from app.core.paging import Page, PageRequest
from app.organisations.models import Organisation
from app.payments.models import BankAccount
from app.payments.rules.lifecycle import AccountState
from app.payments.schemas import AccountRow

_COLUMNS: tuple[Any, ...] = (
    BankAccount.id,
    BankAccount.organisation_id,
    Organisation.legal_name.label("organisation"),
    BankAccount.holder,
    BankAccount.iban,
    BankAccount.bic,
    BankAccount.bank,
    BankAccount.state,
    BankAccount.proposed_at,
    BankAccount.proposed_by,
    BankAccount.decided_at,
    BankAccount.decided_by,
    BankAccount.reason,
)
_SORTS: Mapping[str, Any] = {"organisation": sa.func.lower(Organisation.legal_name), "since": BankAccount.proposed_at}


def _statement() -> sa.Select[*tuple[Any, ...]]:
    return sa.select(*_COLUMNS).join(Organisation, Organisation.id == BankAccount.organisation_id)


def _row(found: Any) -> AccountRow:  # noqa: ANN401  # a row of the statement
    values = found._asdict()
    return AccountRow(**(values | {"state": AccountState(values["state"])}))


def validated_account(session: Session, organisation_id: UUID) -> AccountRow | None:
    """The account to which the organisation is paid, or None."""
    wanted = BankAccount.organisation_id == organisation_id, BankAccount.state == AccountState.VALIDATED
    found = session.execute(_statement().where(*wanted)).first()
    return _row(found) if found else None


def accounts_of(session: Session, organisation_id: UUID) -> Sequence[AccountRow]:
    """Every account that was ever given for an organisation, latest first."""
    statement = _statement().where(BankAccount.organisation_id == organisation_id)
    return [_row(found) for found in session.execute(statement.order_by(BankAccount.id.desc()))]


def account_row(session: Session, account_id: UUID) -> AccountRow:
    """One account; raise NotFound."""
    found = session.execute(_statement().where(BankAccount.id == account_id)).first()
    if found is None:
        raise NotFoundError("bank account")
    return _row(found)


def account_for_change(session: Session, account_id: UUID) -> BankAccount:
    """One account, and all live ones of its organisation, locked by id; raise NotFound."""
    organisation = sa.select(BankAccount.organisation_id).where(BankAccount.id == account_id).scalar_subquery()
    statement = sa.select(BankAccount).where(BankAccount.organisation_id == organisation).order_by(BankAccount.id)
    rows = session.scalars(statement.with_for_update().execution_options(populate_existing=True)).all()
    found = next((row for row in rows if row.id == account_id), None)
    if found is None:
        raise NotFoundError("bank account")
    return found


def live_account(session: Session, organisation_id: UUID, state: AccountState) -> BankAccount | None:
    """The account of the organisation in that state, locked; None where there is none."""
    wanted = BankAccount.organisation_id == organisation_id, BankAccount.state == state
    return session.scalars(
        sa.select(BankAccount).where(*wanted).with_for_update().execution_options(populate_existing=True)
    ).first()


def accounts_page(
    session: Session,
    page: PageRequest,
    *,
    text: str = "",
    state: AccountState | None = None,
    sort: str = "since",
    descending: bool = False,
) -> Page[AccountRow]:
    """Bank accounts of all organisations: two queries whatever the number of rows."""
    statement = _statement()
    if text:
        texts = (Organisation.legal_name, BankAccount.holder)
        statement = statement.where(sa.or_(*(column.icontains(text, autoescape=True) for column in texts)))
    if state is not None:
        statement = statement.where(BankAccount.state == state)
    total = session.execute(statement.with_only_columns(sa.func.count())).scalar_one()
    column = _SORTS.get(sort, BankAccount.proposed_at)
    order = column.desc() if descending else column.asc()
    rows = session.execute(statement.order_by(order, BankAccount.id).limit(page.size).offset(page.offset))
    return Page([_row(row) for row in rows], total, page.number, page.size)
