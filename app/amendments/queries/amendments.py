"""Amendments of a grant, who signed them, and the row that is about to change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import RoleAssignment
from app.accounts.queries import names_under_acts
from app.amendments.models import Amendment, AmendmentSignature
from app.amendments.policies import may_read
from app.amendments.rules.addendum import AddendumFacts, AddendumRecord
from app.amendments.rules.lifecycle import OPEN, AmendmentState
from app.amendments.rules.proposal import Proposal
from app.amendments.schemas import AmendmentRow
from app.core.actor import Actor, Role, ScopeKind
from app.core.canonical import digest
from app.core.errors import NotFoundError
from app.grants.models import Grant
from app.grants.policies import GrantScope
from app.grants.rules.agreement_record import SignatureFacts
from app.grants.rules.grant_lifecycle import Authentication, GrantState

_ROW: tuple[Any, ...] = (
    Amendment.id,
    Amendment.grant_id,
    Amendment.number,
    Amendment.state,
    Amendment.by_authority,
    Amendment.base_version,
    Amendment.reason,
    Amendment.effect_on,
    Amendment.created_at,
    Amendment.saved_at,
    Amendment.version,
    Amendment.requested_at,
    Amendment.requested_by,
    Amendment.decide_by,
    Amendment.decided_at,
    Amendment.decided_by,
    Amendment.note,
    Amendment.round,
    Amendment.sha256,
    Amendment.entered_into_force_at,
    Amendment.agreement_version,
    Amendment.document_id,
    Amendment.proposal,
    Grant.reference,
    Grant.acronym,
    Grant.call_id,
    Grant.application_id,
)


def _rows(session: Session, *conditions: sa.ColumnElement[bool]) -> list[AmendmentRow]:
    statement = sa.select(*_ROW).join(Grant, Grant.id == Amendment.grant_id).where(*conditions)
    return [_row(found) for found in session.execute(statement.order_by(Amendment.grant_id, Amendment.number))]


def _row(found: Any) -> AmendmentRow:  # noqa: ANN401  # a row of _ROW
    values = found._asdict()
    kinds = Proposal.read(values.pop("proposal")).kinds
    state, reference = AmendmentState(values.pop("state")), values.pop("reference")
    return AmendmentRow(**values, state=state, kinds=kinds, grant_reference=reference)


def amendments_of(session: Session, grant_id: UUID) -> Sequence[AmendmentRow]:
    """The amendments of a grant, in order. One query."""
    return _rows(session, Amendment.grant_id == grant_id)


def amendment_row(session: Session, grant_id: UUID, number: int) -> AmendmentRow:
    """One amendment; raise NotFound."""
    found = _rows(session, Amendment.grant_id == grant_id, Amendment.number == number)
    if not found:
        raise NotFoundError("amendment")
    return found[0]


def readable_amendments(session: Session, actor: Actor, scope: GrantScope) -> Sequence[AmendmentRow]:
    """The amendments of a grant that the actor reads, latest first. One query."""
    rows = amendments_of(session, scope.grant_id)
    return [
        row
        for row in reversed(rows)
        if may_read(actor, scope, row.state, requested=row.requested, by_authority=row.by_authority)
    ]


def open_of_call(session: Session, call_id: UUID) -> Sequence[AmendmentRow]:
    """Amendments of running grants of a call that its office has, not at their end; those to answer first come first."""
    states = [state for state in OPEN if state is not AmendmentState.DRAFT]
    runs = Grant.state == GrantState.RUNNING
    rows = _rows(session, Grant.call_id == call_id, Amendment.state.in_(states), runs)
    return sorted(rows, key=lambda row: (row.state is not AmendmentState.REQUESTED, str(row.decide_by), row.acronym))


def open_number(session: Session, grant_id: UUID) -> int | None:
    """The number of the amendment that is not at its end; None where there is none."""
    wanted = Amendment.grant_id == grant_id, Amendment.state.in_(OPEN)
    return session.execute(sa.select(Amendment.number).where(*wanted)).scalar()


def next_number(session: Session, grant_id: UUID) -> int:
    """The number of the next amendment (the grant is locked already)."""
    last = session.execute(sa.select(sa.func.max(Amendment.number)).where(Amendment.grant_id == grant_id)).scalar()
    return (last or 0) + 1


def amendment_for_change(session: Session, grant_id: UUID, number: int) -> Amendment:
    """One amendment, locked (its grant is locked already); raise NotFound."""
    wanted = Amendment.grant_id == grant_id, Amendment.number == number
    statement = sa.select(Amendment).where(*wanted).with_for_update()
    found = session.scalars(statement.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFoundError("amendment")
    return found


def proposal_of(session: Session, amendment_id: UUID) -> Proposal:
    """What an amendment changes."""
    stored = session.execute(sa.select(Amendment.proposal).where(Amendment.id == amendment_id)).scalar_one()
    return Proposal.read(stored)


def addendum_of(session: Session, amendment_id: UUID) -> AddendumFacts | None:
    """The text that is signed; None while nothing is frozen."""
    stored = session.execute(sa.select(Amendment.snapshot).where(Amendment.id == amendment_id)).scalar_one()
    return AddendumFacts.read(stored) if stored is not None else None


def signatures_of_amendment(session: Session, row: AmendmentRow, addendum: AddendumFacts) -> tuple[SignatureFacts, ...]:
    """Who signed the text that stands now, in order. Three queries."""
    one = AmendmentSignature
    wanted = one.amendment_id == row.id, one.round == row.round
    found = session.scalars(sa.select(one).where(*wanted).order_by(one.order)).all()
    names = names_under_acts(session, [each.person_id for each in found])
    agreement = addendum.agreement
    return tuple(
        SignatureFacts(
            order=each.order,
            partner_id=each.partner_id,
            party=agreement.coordinator.name if each.partner_id is not None else agreement.call.managing_body,
            name=names.get(each.person_id, ""),
            capacity=each.capacity,
            authentication=Authentication(each.authentication),
            signed_at=each.signed_at,
            sha256=each.sha256,
        )
        for each in found
    )


def signers_of_round(session: Session, amendment_id: UUID, number: int) -> frozenset[UUID]:
    """Who signed a round of an amendment for the coordinator."""
    one = AmendmentSignature
    wanted = one.amendment_id == amendment_id, one.round == number, one.partner_id.is_not(None)
    return frozenset(session.scalars(sa.select(one.person_id).where(*wanted)))


def record_of_amendment(session: Session, row: AmendmentRow) -> AddendumRecord | None:
    """The frozen text with its signatures so far; None while nothing is frozen."""
    addendum = addendum_of(session, row.id)
    if addendum is None or row.sha256 is None:
        return None
    return AddendumRecord(
        addendum=addendum, sha256=row.sha256, signatures=signatures_of_amendment(session, row, addendum)
    )


def hold_mandate(session: Session, actor: Actor, organisation_id: UUID) -> bool:
    """Whether the actor signs for an organisation; the role is held, so that it cannot end while something is signed."""
    statement = sa.select(RoleAssignment.id).where(
        RoleAssignment.person_id == actor.person_id,
        RoleAssignment.role == Role.SIGNATORY,
        RoleAssignment.scope == ScopeKind.ORGANISATION,
        RoleAssignment.scope_id == organisation_id,
    )
    return session.execute(statement.with_for_update(read=True)).first() is not None


def altered_amendments(session: Session) -> Sequence[str]:
    """References of amendments whose text no longer has the hash that was signed (for ``verify``)."""
    statement = (
        sa.select(Grant.reference, Amendment.number, Amendment.snapshot, Amendment.sha256)
        .join(Grant, Grant.id == Amendment.grant_id)
        .where(Amendment.sha256.is_not(None))
    )
    return [
        f"{row.reference}, amendment {row.number}"
        for row in session.execute(statement.execution_options(yield_per=50))
        if digest(row.snapshot) != row.sha256
    ]
