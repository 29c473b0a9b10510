"""Letters: one, some to change, or as the list of what is to be sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.models import Application
from app.core.errors import NotFoundError
from app.core.paging import Page, PageRequest
from app.evaluation.queries.rounds import latest_rules
from app.grants.models import Award, Letter
from app.grants.rules.lifecycle import LetterKind, LetterState
from app.grants.rules.outcomes import Outcome
from app.grants.schemas import LetterFilter, LetterRow
from app.infra.db.statements import ONE
from app.organisations.models import Organisation
from app.partnerships.models import Partner
from app.partnerships.rules.facts import PartnerRole
from app.partnerships.rules.lifecycle import PartnerState

_SORTS: Mapping[str, tuple[Any, ...]] = {
    "prepared": (Letter.prepared_at, Letter.id),
    "acronym": (sa.func.lower(Application.acronym),),
    "reference": (Application.number, Award.number),
    "redress": (Letter.redress_until,),
}
_STANDINGS: Mapping[str, sa.ColumnElement[bool]] = {
    "sent": Letter.state == LetterState.SENT,
    "seen": sa.and_(Letter.state == LetterState.TO_SEND, Letter.previewed_at.is_not(None)),
    "unseen": sa.and_(Letter.state == LetterState.TO_SEND, Letter.previewed_at.is_(None)),
}
STANDINGS = tuple(_STANDINGS)


def _statement() -> sa.Select[Any]:
    columns: tuple[Any, ...] = (
        Letter.id,
        Letter.award_id,
        Letter.application_id,
        Award.call_id,
        Letter.kind,
        Letter.state,
        Letter.prepared_at,
        Letter.previewed_at,
        Letter.previewed_by,
        Letter.sent_at,
        Letter.sent_by,
        Letter.document_id,
        Letter.summary_document_id,
        Letter.deemed_received_on,
        Letter.redress_until,
        Award.outcome,
        Award.number,
        Award.amount,
        Application.reference,
        Application.acronym,
        Application.title,
        Organisation.legal_name.label("coordinator"),
    )
    coordinates = sa.and_(
        Partner.partnership_id == Letter.application_id,
        Partner.role == PartnerRole.COORDINATOR,
        Partner.state == PartnerState.ACCEPTED,
    )
    return (
        sa.select(*columns)
        .select_from(Letter)
        .join(Award, Award.id == Letter.award_id)
        .join(Application, Application.id == Letter.application_id)
        .join(Partner, coordinates)
        .join(Organisation, Organisation.id == Partner.organisation_id)
    )


def _row(found: Any) -> LetterRow:  # noqa: ANN401  # a row of the statement
    values = found._asdict()
    return LetterRow(
        **{
            **values,
            "kind": LetterKind(values["kind"]),
            "state": LetterState(values["state"]),
            "outcome": Outcome(values["outcome"]),
        }
    )


_SENT = _statement().where(Letter.application_id == ONE, Letter.state == LetterState.SENT).order_by(Award.number.desc())


def letter_row(session: Session, letter_id: UUID) -> LetterRow:
    """One letter; raise NotFound."""
    found = session.execute(_statement().where(Letter.id == letter_id)).first()
    if found is None:
        raise NotFoundError("letter")
    return _row(found)


def letters_page(  # a list page's knobs
    session: Session,
    call_id: UUID,
    wanted: LetterFilter,
    page: PageRequest,
    *,
    sort: str = "prepared",
    descending: bool = False,
) -> Page[LetterRow]:
    """Letters of a call: two queries whatever the number of rows."""
    statement = _statement().where(Award.call_id == call_id)
    if wanted.text:
        texts = (Application.acronym, Application.title, Application.reference, Organisation.legal_name)
        statement = statement.where(sa.or_(*(text.icontains(wanted.text, autoescape=True) for text in texts)))
    if wanted.kind:
        statement = statement.where(Letter.kind == wanted.kind)
    if wanted.standing in _STANDINGS:
        statement = statement.where(_STANDINGS[wanted.standing])
    total = session.execute(statement.with_only_columns(sa.func.count())).scalar_one()
    order = [column.desc() if descending else column.asc() for column in _SORTS.get(sort, _SORTS["prepared"])]
    rows = session.execute(statement.order_by(*order, Letter.id).limit(page.size).offset(page.offset))
    return Page([_row(row) for row in rows], total, page.number, page.size)


def sent_letters(session: Session, application_id: UUID) -> Sequence[LetterRow]:
    """The letters that an applicant has, latest first; without their reports where the call does not show them."""
    found = [_row(row) for row in session.execute(_SENT, {"one": application_id})]
    if found and not shows_summary(session, found[0].call_id):
        return [replace(row, summary_document_id=None) for row in found]
    return found


def shows_summary(session: Session, call_id: UUID) -> bool:
    """Whether the call's table shows applicants the summary report once they are informed. One query."""
    judged = latest_rules(session, call_id)
    return judged is not None and "summary_report" in judged.evaluation.sights("informed", "applicant")


def letters_for_change(session: Session, call_id: UUID, letter_ids: Sequence[UUID]) -> Sequence[tuple[Letter, Award]]:
    """Letters of a call with their decisions, both locked, in the order of their ids; others are left out."""
    statement = (
        sa.select(Letter, Award)
        .join(Award, Award.id == Letter.award_id)
        .where(Letter.id.in_(letter_ids), Award.call_id == call_id)
        .order_by(Letter.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return [(letter, award) for letter, award in session.execute(statement)]


def call_of_letter(session: Session, letter_id: UUID) -> UUID:
    """The call of a letter; raise NotFound. Locks nothing."""
    statement = sa.select(Award.call_id).join(Letter, Letter.award_id == Award.id).where(Letter.id == letter_id)
    found = session.execute(statement).scalar()
    if found is None:
        raise NotFoundError("letter")
    return found


def next_unseen(session: Session, call_id: UUID) -> UUID | None:
    """The letter of a call that nobody has looked at for longest; None where all were seen."""
    statement = (
        sa.select(Letter.id)
        .join(Award, Award.id == Letter.award_id)
        .where(Award.call_id == call_id, _STANDINGS["unseen"])
        .order_by(Letter.prepared_at, Letter.id)
        .limit(1)
    )
    return session.execute(statement).scalar()
