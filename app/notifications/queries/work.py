"""A person's work: invitations, applications, calls. The number of queries does not depend on how many there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.orm import Session, aliased

from app.applications.models import Application, SavedSection, Submission
from app.applications.policies import READERS
from app.applications.queries.checks import check_work
from app.applications.queries.clarifications import open_questions
from app.applications.queries.office import figures_of_calls
from app.applications.queries.undeclared import declarations_to_make
from app.applications.rules.lifecycle import ApplicationState
from app.calls.models import Call, CallVersion
from app.calls.queries import officer_calls
from app.calls.rules.lifecycle import CallState
from app.calls.rules.values import LocalTime
from app.core.actor import Actor, Role, ScopeKind
from app.core.paging import PageRequest
from app.core.periods import BRUSSELS, instant_in_zone
from app.documents.models import Document
from app.documents.rules.lifecycle import DocumentState
from app.grants.queries.work import award_work, told_outcomes
from app.ledger.policies import FINANCE
from app.notifications.rules.work import (
    ApplicationWork,
    CallWork,
    DecisionWork,
    DeclarationWork,
    InvitationWork,
    OutcomeWork,
    QuestionWork,
    Work,
)
from app.organisations.models import Organisation
from app.partnerships.models import Partner
from app.partnerships.policies import organisations_spoken_for
from app.partnerships.rules.facts import PartnerRole
from app.partnerships.rules.lifecycle import PartnerState

MOST = 100
"""Applications and calls shown on the start page; the lists have the rest."""
_OFFICE = (Role.PROGRAMME_OFFICER, Role.ADMINISTRATOR)
_PUBLISHED = sa.and_(CallVersion.call_id == Call.id, CallVersion.number == Call.published_version)
_DEADLINE = CallVersion.document[("timetable", "stages", "0", "deadline")].astext
_ASSUMED = sa.func.jsonb_array_length(
    sa.func.jsonb_path_query_array(
        CallVersion.document, sa.cast('$.provenance.* ? (@.confidence == "assumed")', JSONPATH)
    )
)


def work_of(session: Session, actor: Actor, *, now: datetime) -> Work:
    """What the person is part of; nothing for the public."""
    if actor.person_id is None:
        return Work()
    office = any(actor.has(role) for role in _OFFICE)
    applications = tuple(_applications(session, actor))
    return Work(
        invitations=tuple(_invitations(session, actor)),
        applications=applications,
        questions=tuple(_questions(session, applications, now)),
        declarations=tuple(_declarations(session, actor, applications)),
        calls=tuple(_calls(session, actor, now)) if office else (),
        outcomes=tuple(_outcomes(session, actor)),
        decisions=tuple(_decisions(session, actor)),
        speaks_for_organisation=bool(organisations_spoken_for(actor)),
        has_office=office or any(actor.has(role) for role in (Role.AUDITOR, *FINANCE)),
    )


def _outcomes(session: Session, actor: Actor) -> Iterator[OutcomeWork]:
    mine = actor.ids(ScopeKind.APPLICATION, *READERS)
    for told in told_outcomes(session, mine) if mine else ():
        yield OutcomeWork(
            application_id=told.application_id,
            acronym=told.acronym,
            call=told.call,
            until=instant_in_zone(told.redress_until, 23, 59, 59, BRUSSELS),
        )


def _decisions(session: Session, actor: Actor) -> Iterator[DecisionWork]:
    for one in award_work(session, actor):
        yield DecisionWork(
            call_id=one.call_id,
            call=one.call,
            title=one.title,
            prepare=one.to_prepare,
            sign=one.to_sign,
            unseen=one.unseen,
            send=one.to_send,
        )


def _invitations(session: Session, actor: Actor) -> Iterator[InvitationWork]:
    coordinator, coordinating = aliased(Partner), aliased(Organisation)
    statement = (
        sa.select(
            Application.id,
            Partner.id,
            Application.acronym,
            coordinating.legal_name,
            Partner.role,
            Call.identifier,
            Call.deadline,
            _DEADLINE,
        )
        .select_from(Partner)
        .join(Application, Application.id == Partner.partnership_id)
        .join(Call, Call.id == Application.call_id)
        .join(CallVersion, _PUBLISHED)
        .join(
            coordinator,
            sa.and_(coordinator.partnership_id == Application.id, coordinator.role == PartnerRole.COORDINATOR),
        )
        .join(coordinating, coordinating.id == coordinator.organisation_id)
        .where(
            Partner.state == PartnerState.INVITED,
            Call.state == CallState.PUBLISHED,
            sa.or_(Partner.organisation_id.in_(organisations_spoken_for(actor)), Partner.invited_email == actor.email),
        )
        .order_by(Call.deadline, Partner.id)
        .limit(MOST)
    )
    for identity, partner_id, acronym, name, role, call, deadline, told in session.execute(statement):
        yield InvitationWork(
            application_id=identity,
            partner_id=partner_id,
            acronym=acronym,
            coordinator=name,
            role=PartnerRole(role),
            call=call,
            deadline=deadline,
            zone=_zone(told),
        )


def _applications(session: Session, actor: Actor) -> Iterator[ApplicationWork]:
    mine = actor.ids(ScopeKind.APPLICATION, *READERS)
    coordinated = actor.ids(ScopeKind.APPLICATION, Role.COORDINATOR_CONTACT)
    edited = actor.ids(ScopeKind.APPLICATION, Role.PARTNER_CONTACT) | coordinated
    for row in session.execute(_application_rows(mine)) if mine else ():
        yield ApplicationWork(
            application_id=row.id,
            acronym=row.acronym,
            reference=row.reference,
            state=ApplicationState(row.state),
            coordinates=row.id in coordinated,
            edits=row.id in edited,
            call=row.identifier,
            call_state=CallState(row.call_state),
            deadline=row.deadline,
            zone=_zone(row.told),
            sections=row.sections,
            saved=row.saved,
            invited=row.invited,
            submission=row.number or 0,
            receipt=row.receipt == DocumentState.SEALED,
            information_on=date.fromisoformat(row.information_on) if row.information_on else None,
        )


def _questions(session: Session, applications: Sequence[ApplicationWork], now: datetime) -> Iterator[QuestionWork]:
    """Open questions to consortia for which the person can answer."""
    mine = {one.application_id: one for one in applications if one.edits}
    for asked in open_questions(session, list(mine), now=now):
        one = mine[asked.application_id]
        yield QuestionWork(
            application_id=one.application_id,
            acronym=one.acronym,
            call=one.call,
            number=asked.number,
            due_at=asked.due_at,
            zone=one.zone,
        )


def _declarations(session: Session, actor: Actor, applications: Sequence[ApplicationWork]) -> Iterator[DeclarationWork]:
    """Applications for which the person can still declare, once for each."""
    asked = declarations_to_make(session, actor, [one.application_id for one in applications if one.edits])
    for one in asked:
        yield DeclarationWork(
            application_id=one.application_id, acronym=one.acronym, call=one.call, partners=one.partners
        )


def _application_rows(mine: frozenset[UUID]) -> sa.Select[Any]:
    asked = sa.func.jsonb_path_query_array(
        CallVersion.document,
        sa.cast("$.form.sections[*] ? (!exists(@.stages[*]) || @.stages[*] == $stage)", JSONPATH),
        sa.func.jsonb_build_object("stage", Application.stage),
    )
    saved = sa.select(sa.func.count()).where(SavedSection.application_id == Application.id).scalar_subquery()
    invited = (
        sa.select(sa.func.count())
        .where(Partner.partnership_id == Application.id, Partner.state == PartnerState.INVITED)
        .scalar_subquery()
    )
    receipt = sa.and_(Document.subject_id == Application.last_submission_id, Document.kind == "receipt")
    return (
        sa.select(
            Application.id,
            Application.acronym,
            Application.reference,
            Application.state,
            Call.identifier,
            Call.state.label("call_state"),
            Call.deadline,
            _DEADLINE.label("told"),
            sa.func.jsonb_array_length(asked).label("sections"),
            saved.label("saved"),
            invited.label("invited"),
            Submission.number,
            Document.state.label("receipt"),
            CallVersion.document[("timetable", "planned_information")].astext.label("information_on"),
        )
        .select_from(Application)
        .join(Call, Call.id == Application.call_id)
        .join(CallVersion, _PUBLISHED)
        .outerjoin(Submission, Submission.id == Application.last_submission_id)
        .outerjoin(Document, receipt)
        .where(Application.id.in_(mine))
        .order_by(Call.deadline.desc(), Application.id)
        .limit(MOST)
    )


def _calls(session: Session, actor: Actor, now: datetime) -> Iterator[CallWork]:
    rows = officer_calls(session, actor, PageRequest(size=MOST), now=now).rows
    identities = [row.id for row in rows]
    counts, versions = figures_of_calls(session, identities), _versions(session, identities)
    checks = check_work(session, identities, actor.person_id) if actor.person_id else {}
    for row in rows:
        published, waiting = versions[row.id, True], versions[row.id, False]
        shown = published or waiting
        yield CallWork(
            call_id=row.id,
            call=row.identifier,
            title=row.title(),
            state=row.state,
            opens_at=row.opens_at,
            deadline=row.deadline,
            zone=_zone(shown.told) if shown else BRUSSELS,
            waiting=waiting.label if waiting else "",
            assumed=shown.assumed if shown else 0,
            propose=checks[row.id].propose if row.id in checks else 0,
            confirm=checks[row.id].confirm if row.id in checks else 0,
            settle=checks[row.id].settle if row.id in checks else 0,
            drafts=counts[row.id].get(ApplicationState.DRAFT, 0),
            submitted=counts[row.id].get(ApplicationState.SUBMITTED, 0),
        )


def _versions(session: Session, call_ids: Sequence[UUID]) -> dict[tuple[UUID, bool], sa.Row[Any] | None]:
    """Of each call the version in force (True) and the next one that waits (False)."""
    in_force = CallVersion.number == Call.published_version
    statement = (
        sa.select(
            CallVersion.call_id,
            sa.func.coalesce(in_force, sa.false()).label("published"),
            CallVersion.label,
            _DEADLINE.label("told"),
            _ASSUMED.label("assumed"),
        )
        .join(Call, Call.id == CallVersion.call_id)
        .where(CallVersion.call_id.in_(call_ids), sa.or_(in_force, CallVersion.published_at.is_(None)))
        .order_by(CallVersion.number.desc())
    )
    found: dict[tuple[UUID, bool], sa.Row[Any] | None] = dict.fromkeys(
        (call_id, published) for call_id in call_ids for published in (True, False)
    )
    return found | {(row.call_id, row.published): row for row in session.execute(statement)}


def _zone(told: str | None) -> str:
    """The zone in which the call prints its deadline."""
    return LocalTime.parse(told).zone if told else BRUSSELS
