"""Grants that a person has to do with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.applications.policies import is_coordinator
from app.core.actor import Actor
from app.grants.queries.facts import day_of
from app.grants.queries.grant_work import grants_of_person, office_grants, parts_left, signs_next
from app.grants.rules.grant_lifecycle import GrantState
from app.grants.rules.standing import Acts
from app.notifications.rules.grant_tasks import GrantWork, OfficeGrantWork
from app.reporting.queries.portfolio import next_acts


def grant_work(
    session: Session, actor: Actor, *, now: datetime, granted: bool = True
) -> tuple[Sequence[GrantWork], Sequence[OfficeGrantWork]]:
    """The person's grants, and calls whose grants wait for their offices. The number of queries is constant.

    ``granted`` says whether to look for grants of the person's own.
    """
    rows = grants_of_person(session, actor, today=day_of(now)) if granted else ()
    prepared = [row.id for row in rows if row.acts is Acts.CONSORTIUM]
    left = parts_left(session, actor, prepared) if prepared else frozenset()
    in_signature = any(row.state is GrantState.SIGNATURE for row in rows)
    turns = frozenset(grant_id for grant_id, _ in signs_next(session, actor)) if in_signature else frozenset()
    acts = next_acts(session, [row.id for row in rows], today=day_of(now))
    mine = [
        GrantWork(
            grant_id=row.id,
            acronym=row.acronym,
            call=row.call,
            acts=row.acts,
            act=acts[row.id],
            coordinates=is_coordinator(actor, row.application_id),
            left=row.id in left,
            signs=row.id in turns,
        )
        for row in rows
    ]
    office = [
        OfficeGrantWork(call_id=one.call_id, call=one.call, title=one.title, to_look=one.to_look, to_sign=one.to_sign)
        for one in office_grants(session, actor)
    ]
    return mine, office
