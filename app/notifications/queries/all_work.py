"""Everything that waits for a person, gathered for their start page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Delegation
from app.amendments.queries.work import amendments_to_sign, office_amendments
from app.core.actor import Actor, Role, ScopeKind
from app.evaluation.models import Assignment, CommitteeSeat
from app.grants.models import Grant, GrantPartner
from app.grants.queries.facts import day_of
from app.infra.db.statements import ONE, among
from app.notifications.queries.consensus_work import consensus_work
from app.notifications.queries.grant_work import grant_work
from app.notifications.queries.interest_work import interest_waiting
from app.notifications.queries.panel_work import panel_work
from app.notifications.queries.payment_work import lines_waiting, payments_come_back, payments_waiting
from app.notifications.queries.reporting_work import prefinancing_work, reporting_work
from app.notifications.queries.work import work_of
from app.notifications.rules.amendment_tasks import amendment_tasks
from app.notifications.rules.award_tasks import award_tasks
from app.notifications.rules.consensus_tasks import consensus_tasks
from app.notifications.rules.grant_tasks import grant_tasks
from app.notifications.rules.panel_tasks import panel_tasks
from app.notifications.rules.payment_tasks import came_back_tasks, interest_tasks, line_tasks, payment_tasks
from app.notifications.rules.reporting_tasks import prefinancing_tasks, reporting_tasks
from app.notifications.rules.tasks import Task, tasks_of
from app.notifications.rules.work import Work
from app.partnerships.models import Partner
from app.partnerships.policies import organisations_spoken_for
from app.partnerships.rules.lifecycle import PartnerState
from app.payments.rules.circuit import OFFICES, Act

_OFFICE = (Role.PROGRAMME_OFFICER, Role.ADMINISTRATOR)
_TIES = sa.select(
    sa.exists().where(
        Partner.state == PartnerState.INVITED,
        sa.or_(among(Partner.organisation_id), Partner.invited_email == sa.bindparam("email")),
    ),
    sa.exists().where(CommitteeSeat.person_id == ONE),
    sa.exists().where(Assignment.person_id == ONE),
    sa.or_(
        sa.exists().where(among(Grant.application_id, "applications")),
        sa.exists().where(among(GrantPartner.organisation_id)),
    ),
    sa.exists().where(Delegation.delegate_id == ONE),
)


@dataclass(frozen=True, slots=True)
class Ties:
    """What may bind a person whatever their roles; only what does is read on."""

    invited: bool = False
    sits: bool = False
    """In the committee of a panel."""
    judges: bool = False
    granted: bool = False
    """Some consortium or organisation of the person has a grant."""
    stands_in: bool = False
    """Somebody handed tasks over to the person, now or at another time."""


@dataclass(frozen=True, slots=True)
class AllWork:
    """What a person is part of, what is to be done, and what binds them beside their roles."""

    work: Work
    tasks: tuple[Task, ...]
    ties: Ties


def all_work(session: Session, actor: Actor, *, now: datetime) -> AllWork:
    """The tasks of a person. The number of queries depends on what somebody is, not on how much there is."""
    ties, today = _ties(session, actor), day_of(now)
    mine = work_of(session, actor, now=now, invited=ties.invited)
    in_office, pays = bool(actor.scopes_of(*_OFFICE)), bool(actor.scopes_of(*OFFICES[Act.INITIATE]))
    more = (
        *panel_tasks(panel_work(session, actor) if ties.sits or in_office else ()),
        *consensus_tasks(consensus_work(session, actor) if ties.judges else ()),
        *award_tasks(mine, now),
        *grant_tasks(*grant_work(session, actor, now=now, granted=ties.granted)),
        *amendment_tasks(office_amendments(session, actor), amendments_to_sign(session, actor)),
        *payment_tasks(*payments_waiting(session, actor)),
        *interest_tasks(interest_waiting(session, actor, now=now) if ties.granted or pays else ()),
        *line_tasks(*lines_waiting(session, actor, now=now)),
        *came_back_tasks(payments_come_back(session, actor) if ties.granted else ()),
        *reporting_tasks(reporting_work(session, actor, today=today) if ties.granted or in_office else (), today),
        *prefinancing_tasks(prefinancing_work(session, actor)),
    )
    return AllWork(mine, tasks_of(mine, now, more), ties)


def _ties(session: Session, actor: Actor) -> Ties:
    if actor.person_id is None:
        return Ties()
    organisations, applications = organisations_spoken_for(actor), actor.ids(ScopeKind.APPLICATION)
    asked = {
        "many": list(organisations),
        "applications": list(applications),
        "email": actor.email,
        "one": actor.person_id,
    }
    return Ties(*session.execute(_TIES, asked).one())
