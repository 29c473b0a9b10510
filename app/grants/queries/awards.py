"""Decisions: one, some to change, or as a list with the head of each application."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.models import Application, Submission
from app.applications.rules.lifecycle import ApplicationState
from app.core.errors import NotFoundError
from app.core.money import Money
from app.core.paging import Page, PageRequest
from app.grants.models import Award, Grant, Letter
from app.grants.rules.grant_lifecycle import GrantState
from app.grants.rules.lifecycle import DECIDED, AwardState, LetterState
from app.grants.rules.outcomes import Outcome
from app.grants.schemas import AwardFigures, AwardFilter, AwardRow
from app.ledger.queries import balances
from app.organisations.models import Organisation
from app.partnerships.models import Partner
from app.partnerships.rules.facts import PartnerRole
from app.partnerships.rules.lifecycle import PartnerState

_ORDER = {outcome: place for place, outcome in enumerate(Outcome)}
_BY_OUTCOME = sa.case(_ORDER, value=Award.outcome)
_SORTS: Mapping[str, tuple[Any, ...]] = {
    "rank": (_BY_OUTCOME, Award.envelope, Award.position, Application.number, Award.number),
    "acronym": (sa.func.lower(Application.acronym),),
    "reference": (Application.number, Award.number),
    "amount": (Award.amount,),
    "state": (Award.state,),
}


def _statement() -> sa.Select[Any]:
    left = balances()
    columns: tuple[Any, ...] = (
        Award.id,
        Award.call_id,
        Award.application_id,
        Award.number,
        Award.ranking_id,
        Award.outcome,
        Award.amount,
        Award.envelope,
        Award.position,
        Award.reasons,
        Award.state,
        Award.prepared_at,
        Award.prepared_by,
        Award.signed_at,
        Award.signed_by,
        Award.commitment_id,
        Award.informed_at,
        Award.drop_reason,
        Application.reference,
        Application.acronym,
        Application.title,
        Application.state.label("application_state"),
        Submission.id.label("submission_id"),
        Submission.requested,
        Organisation.legal_name.label("coordinator"),
        Organisation.country,
        Letter.id.label("letter_id"),
        Letter.state.label("letter_state"),
        left.c.title.label("envelope_title"),
        left.c.available.label("left"),
    )
    coordinates = sa.and_(
        Partner.partnership_id == Award.application_id,
        Partner.role == PartnerRole.COORDINATOR,
        Partner.state == PartnerState.ACCEPTED,
    )
    return (
        sa.select(*columns)
        .select_from(Award)
        .join(Application, Application.id == Award.application_id)
        .join(Submission, Submission.id == Application.last_submission_id)
        .join(Partner, coordinates)
        .join(Organisation, Organisation.id == Partner.organisation_id)
        .outerjoin(Letter, Letter.award_id == Award.id)
        .outerjoin(left, sa.and_(left.c.call_id == Award.call_id, left.c.code == Award.envelope))
    )


def _row(found: Any) -> AwardRow:  # noqa: ANN401  # a row of the statement
    values = found._asdict()
    letter = values["letter_state"]
    return AwardRow(
        **{
            **values,
            "outcome": Outcome(values["outcome"]),
            "state": AwardState(values["state"]),
            "application_state": ApplicationState(values["application_state"]),
            "letter_state": LetterState(letter) if letter else None,
        }
    )


def award_row(session: Session, award_id: UUID) -> AwardRow:
    """One decision; raise NotFound."""
    found = session.execute(_statement().where(Award.id == award_id)).first()
    if found is None:
        raise NotFoundError("award")
    return _row(found)


def awards_page(  # a list page's knobs
    session: Session,
    call_id: UUID,
    wanted: AwardFilter,
    page: PageRequest,
    *,
    sort: str = "rank",
    descending: bool = False,
) -> Page[AwardRow]:
    """Decisions of a call: two queries whatever the number of rows."""
    statement = _statement().where(Award.call_id == call_id)
    if wanted.text:
        texts = (Application.acronym, Application.title, Application.reference, Organisation.legal_name)
        statement = statement.where(sa.or_(*(text.icontains(wanted.text, autoescape=True) for text in texts)))
    if wanted.outcome:
        statement = statement.where(Award.outcome == wanted.outcome)
    if wanted.state:
        statement = statement.where(Award.state == wanted.state)
    if wanted.envelope:
        statement = statement.where(Award.envelope == wanted.envelope)
    total = session.execute(statement.with_only_columns(sa.func.count())).scalar_one()
    order = [column.desc() if descending else column.asc() for column in _SORTS.get(sort, _SORTS["rank"])]
    rows = session.execute(statement.order_by(*order, Award.id).limit(page.size).offset(page.offset))
    return Page([_row(row) for row in rows], total, page.number, page.size)


def awards_of(
    session: Session, call_id: UUID, *, states: Sequence[AwardState], award_ids: Sequence[UUID] | None = None
) -> Sequence[AwardRow]:
    """Every decision of a call in some states, best placed first; all of them, or some. One query."""
    statement = _statement().where(Award.call_id == call_id, Award.state.in_(states))
    if award_ids is not None:
        statement = statement.where(Award.id.in_(award_ids))
    return [_row(row) for row in session.execute(statement.order_by(*_SORTS["rank"]))]


def awards_of_application(session: Session, application_id: UUID) -> Sequence[AwardRow]:
    """Every decision on an application, latest first. One query."""
    statement = _statement().where(Award.application_id == application_id).order_by(Award.number.desc())
    return [_row(row) for row in session.execute(statement)]


def award_for_change(session: Session, award_id: UUID) -> Award:
    """One decision, locked; raise NotFound."""
    statement = sa.select(Award).where(Award.id == award_id).with_for_update()
    found = session.scalars(statement.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFoundError("award")
    return found


def call_of_award(session: Session, award_id: UUID) -> UUID:
    """The call of a decision, which never changes; raise NotFound. Locks nothing."""
    found = session.execute(sa.select(Award.call_id).where(Award.id == award_id)).scalar()
    if found is None:
        raise NotFoundError("award")
    return found


def last_numbers(session: Session, call_id: UUID) -> Mapping[UUID, int]:
    """The number of the last decision on each application of a call."""
    statement = sa.select(Award.application_id, sa.func.max(Award.number)).where(Award.call_id == call_id)
    return dict(session.execute(statement.group_by(Award.application_id)).all())


def applications_with_award(session: Session, call_id: UUID) -> frozenset[UUID]:
    """Applications of a call on which a decision is prepared or signed."""
    statement = sa.select(Award.application_id).where(Award.call_id == call_id, Award.state != AwardState.DROPPED)
    return frozenset(session.scalars(statement))


def figures_of(session: Session, call_id: UUID) -> AwardFigures:
    """What a call's decisions come to. One query."""
    live = Award.state != AwardState.DROPPED
    main = sa.and_(live, Award.outcome == Outcome.MAIN)
    cents = sa.type_coerce(Award.amount, sa.BigInteger)
    promoted = sa.select(Award.application_id).where(main, Award.number > 1, Award.call_id == call_id)
    waits = sa.and_(live, Award.outcome == Outcome.RESERVE, Award.application_id.not_in(promoted))
    refused = sa.and_(live, Award.outcome.not_in((Outcome.MAIN, Outcome.RESERVE)))
    to_send = sa.and_(Letter.state == LetterState.TO_SEND)
    statement = (
        sa.select(
            sa.func.count().filter(main),
            sa.cast(sa.func.coalesce(sa.func.sum(cents).filter(main), 0), sa.BigInteger),
            sa.func.count().filter(waits),
            sa.func.count().filter(refused),
            sa.func.count().filter(Award.state == AwardState.PREPARED),
            sa.func.count().filter(Award.state == AwardState.SIGNED),
            sa.func.count().filter(Award.state == AwardState.INFORMED),
            sa.func.count().filter(to_send, Letter.previewed_at.is_(None)),
            sa.func.count().filter(to_send),
        )
        .select_from(Award)
        .outerjoin(Letter, Letter.award_id == Award.id)
        .where(Award.call_id == call_id)
    )
    funded, amount, *counts = session.execute(statement).one()
    return AwardFigures(funded, Money(amount), *counts)


def awarded_by_envelope(session: Session, call_id: UUID) -> Mapping[str, Money]:
    """The sum of the signed awards of a call that still stand, by code of envelope. One query.

    An award whose grant was abandoned before it was agreed is given up with it.
    """
    given_up = sa.exists().where(Grant.award_id == Award.id, Grant.state == GrantState.ABANDONED)
    cents = sa.cast(sa.func.sum(sa.type_coerce(Award.amount, sa.BigInteger)), sa.BigInteger)
    statement = (
        sa.select(Award.envelope, cents)
        .where(Award.call_id == call_id, Award.outcome == Outcome.MAIN, Award.state.in_(DECIDED), ~given_up)
        .group_by(Award.envelope)
    )
    return {code: Money(total) for code, total in session.execute(statement)}
