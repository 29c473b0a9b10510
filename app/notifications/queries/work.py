"""A person's work: invitations, applications, calls. The number of queries does not depend on how many there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.orm import Session, aliased

from app.applications.models import Application, Submission
from app.applications.policies import READERS
from app.applications.queries import facts_of_applications
from app.applications.queries.checks import check_work
from app.applications.queries.clarifications import open_questions
from app.applications.queries.office import figures_of_calls
from app.applications.queries.reading import HEAD, head_from
from app.applications.queries.undeclared import declarations_to_make
from app.applications.rules.lifecycle import ApplicationState
from app.applications.rules.progress import complete, part_is_done, section_progress
from app.calls.models import Call, CallVersion
from app.calls.queries import managed_calls, rules_by_hash
from app.calls.rules.lifecycle import CallState
from app.calls.rules.values import LocalTime
from app.core.actor import Actor, Role, ScopeKind
from app.core.periods import BRUSSELS, in_time
from app.documents.models import Document
from app.documents.rules.lifecycle import DocumentState
from app.infra.db.statements import among
from app.ledger.policies import FINANCE
from app.notifications.queries.award_work import decisions_of, outcomes_of
from app.notifications.queries.evaluation_work import evaluation_tasks
from app.notifications.rules.work import (
    ApplicationWork,
    CallWork,
    DeclarationWork,
    InvitationWork,
    QuestionWork,
    Work,
)
from app.organisations.models import Organisation
from app.partnerships.models import Partner
from app.partnerships.policies import organisations_spoken_for
from app.partnerships.queries import partners_of
from app.partnerships.rules.facts import PartnerRole
from app.partnerships.rules.lifecycle import PartnerState

MOST = 100
"""Applications and calls shown on the start page; the lists have the rest."""
_OFFICE = (Role.PROGRAMME_OFFICER, Role.ADMINISTRATOR)
_PUBLISHED = sa.and_(CallVersion.call_id == Call.id, CallVersion.number == Call.published_version)
_DEADLINE = CallVersion.document[("timetable", "stages", "0", "deadline")].astext
_OF_STAGE = sa.func.jsonb_path_query_first(
    CallVersion.document,
    sa.cast("$.timetable.stages[*] ? (@.id == $stage).deadline", JSONPATH),
    sa.func.jsonb_build_object("stage", Application.stage),
).op("#>>")(sa.text("'{}'"))
"""The deadline of the stage that an application is in, as the call prints it."""
_COORDINATOR, _COORDINATING = aliased(Partner), aliased(Organisation)
_INVITATIONS: sa.Select[Any] = (
    sa.select(
        Application.id,
        Partner.id,
        Application.acronym,
        _COORDINATING.legal_name,
        Partner.role,
        Call.identifier,
        _OF_STAGE,
    )
    .select_from(Partner)
    .join(Application, Application.id == Partner.partnership_id)
    .join(Call, Call.id == Application.call_id)
    .join(CallVersion, _PUBLISHED)
    .join(
        _COORDINATOR,
        sa.and_(_COORDINATOR.partnership_id == Application.id, _COORDINATOR.role == PartnerRole.COORDINATOR),
    )
    .join(_COORDINATING, _COORDINATING.id == _COORDINATOR.organisation_id)
    .where(
        Partner.state == PartnerState.INVITED,
        Call.state == CallState.PUBLISHED,
        sa.or_(among(Partner.organisation_id), Partner.invited_email == sa.bindparam("email")),
    )
    .order_by(Call.deadline, Partner.id)
    .limit(MOST)
)
_INVITED = (
    sa.select(sa.func.count())
    .where(Partner.partnership_id == Application.id, Partner.state == PartnerState.INVITED)
    .scalar_subquery()
)
_APPLICATIONS: sa.Select[Any] = (
    sa.select(
        *HEAD,
        Call.identifier,
        Call.state.label("call_state"),
        CallVersion.sha256,
        _OF_STAGE.label("told"),
        _INVITED.label("invited"),
        Submission.number,
        Document.state.label("receipt"),
        CallVersion.document[("timetable", "planned_information")].astext.label("information_on"),
    )
    .select_from(Application)
    .join(Call, Call.id == Application.call_id)
    .join(CallVersion, _PUBLISHED)
    .outerjoin(Submission, Submission.id == Application.last_submission_id)
    .outerjoin(Document, sa.and_(Document.subject_id == Application.last_submission_id, Document.kind == "receipt"))
    .where(among(Application.id))
    .order_by(Call.deadline.desc(), Application.id)
    .limit(MOST)
)
_ASSUMED = sa.func.jsonb_array_length(
    sa.func.jsonb_path_query_array(
        CallVersion.document, sa.cast('$.provenance.* ? (@.confidence == "assumed")', JSONPATH)
    )
)
_IN_FORCE = CallVersion.number == Call.published_version
_IN_FORCE_OR_WAITING: sa.Select[Any] = (
    sa.select(
        CallVersion.call_id,
        sa.func.coalesce(_IN_FORCE, sa.false()).label("published"),
        CallVersion.label,
        _DEADLINE.label("told"),
        _ASSUMED.label("assumed"),
    )
    .join(Call, Call.id == CallVersion.call_id)
    .where(among(CallVersion.call_id), sa.or_(_IN_FORCE, CallVersion.published_at.is_(None)))
    .order_by(CallVersion.number.desc())
)


def work_of(session: Session, actor: Actor, *, now: datetime, invited: bool = True) -> Work:
    """What the person is part of; nothing for the public. ``invited`` says whether to look for invitations."""
    if actor.person_id is None:
        return Work()
    office = any(actor.has(role) for role in _OFFICE)
    applications = tuple(_applications(session, actor, now))
    calls = tuple(_calls(session, actor, now)) if office else ()
    return Work(
        invitations=tuple(_invitations(session, actor)) if invited else (),
        applications=applications,
        questions=tuple(_questions(session, applications, now)),
        declarations=tuple(_declarations(session, actor, applications)),
        calls=calls,
        evaluation=evaluation_tasks(session, actor, calls, now=now),
        outcomes=tuple(outcomes_of(session, actor)),
        decisions=tuple(decisions_of(session, actor)),
        speaks_for_organisation=bool(organisations_spoken_for(actor)),
        has_office=office or any(actor.has(role) for role in (Role.AUDITOR, *FINANCE)),
        judges=actor.has(Role.EVALUATOR),
    )


def _invitations(session: Session, actor: Actor) -> Iterator[InvitationWork]:
    asked = {"many": list(organisations_spoken_for(actor)), "email": actor.email}
    for identity, partner_id, acronym, name, role, call, told in session.execute(_INVITATIONS, asked):
        deadline = LocalTime.parse(told)
        yield InvitationWork(
            application_id=identity,
            partner_id=partner_id,
            acronym=acronym,
            coordinator=name,
            role=PartnerRole(role),
            call=call,
            deadline=deadline.instant,
            zone=deadline.zone,
        )


def _applications(session: Session, actor: Actor, now: datetime) -> Iterator[ApplicationWork]:
    mine = actor.ids(ScopeKind.APPLICATION, *READERS)
    coordinated = actor.ids(ScopeKind.APPLICATION, Role.COORDINATOR_CONTACT)
    edited = actor.ids(ScopeKind.APPLICATION, Role.PARTNER_CONTACT) | coordinated
    rows = session.execute(_APPLICATIONS, {"many": list(mine)}).all() if mine else ()
    standing = _standing(session, actor, rows, now)
    for row in rows:
        deadline = LocalTime.parse(row.told)
        yield ApplicationWork(
            application_id=row.id,
            acronym=row.acronym,
            reference=row.reference,
            state=ApplicationState(row.state),
            coordinates=row.id in coordinated,
            edits=row.id in edited,
            call=row.identifier,
            call_state=CallState(row.call_state),
            deadline=deadline.instant,
            zone=deadline.zone,
            invited=row.invited,
            submission=row.number or 0,
            receipt=row.receipt == DocumentState.SEALED,
            information_on=date.fromisoformat(row.information_on) if row.information_on else None,
            **standing.get(row.id, {}),
        )


def _questions(session: Session, applications: Sequence[ApplicationWork], now: datetime) -> Iterator[QuestionWork]:
    """Open questions to consortia for which the person can answer."""
    submitted = [one for one in applications if one.edits and one.state is ApplicationState.SUBMITTED]
    mine = {one.application_id: one for one in submitted}
    for asked in open_questions(session, list(mine), now=now) if mine else ():
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


def _standing(session: Session, actor: Actor, rows: Sequence[Any], now: datetime) -> dict[UUID, dict[str, Any]]:
    """How far the drafts are that can still be submitted, and whether anything is left to this person in them."""
    drafts = [
        row for row in rows if row.state == ApplicationState.DRAFT and in_time(now, LocalTime.parse(row.told).instant)
    ]
    if not drafts:
        return {}
    rules = rules_by_hash(session, [row.sha256 for row in drafts])
    asked = [(head_from(row[: len(HEAD)]), rules[row.sha256]) for row in drafts]
    facts, partners = facts_of_applications(session, asked), partners_of(session, actor, [row.id for row in drafts])
    found = {}
    for head, judged_by in asked:
        progress = section_progress(judged_by, facts[head.id])
        found[head.id] = {
            "sections": len(progress),
            "complete": complete(progress),
            "part_done": part_is_done(progress, facts[head.id], partners[head.id]),
        }
    return found


def _calls(session: Session, actor: Actor, now: datetime) -> Iterator[CallWork]:
    rows = managed_calls(session, actor, MOST, now=now)
    identities = [row.id for row in rows]
    counts, versions = figures_of_calls(session, identities), _versions(session, identities)
    checks = check_work(session, identities, actor.persons) if actor.person_id else {}
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
            unfinished=checks[row.id].unfinished if row.id in checks else 0,
            drafts=counts[row.id].get(ApplicationState.DRAFT, 0),
            submitted=counts[row.id].get(ApplicationState.SUBMITTED, 0),
        )


def _versions(session: Session, call_ids: Sequence[UUID]) -> dict[tuple[UUID, bool], sa.Row[Any] | None]:
    """Of each call the version in force (True) and the next one that waits (False)."""
    found: dict[tuple[UUID, bool], sa.Row[Any] | None] = dict.fromkeys(
        (call_id, published) for call_id in call_ids for published in (True, False)
    )
    return found | {
        (row.call_id, row.published): row for row in session.execute(_IN_FORCE_OR_WAITING, {"many": list(call_ids)})
    }


def _zone(told: str | None) -> str:
    """The zone in which the call prints its deadline."""
    return LocalTime.parse(told).zone if told else BRUSSELS
