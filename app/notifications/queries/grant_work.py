"""Grants that a person has to do with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.applications.policies import is_coordinator
from app.core.actor import Actor
from app.grants.queries.facts import day_of
from app.grants.queries.grant_work import grants_of_person, office_grants, parts_left
from app.grants.queries.listing import signs_next
from app.notifications.rules.grant_tasks import GrantWork, OfficeGrantWork
from app.reporting.queries.portfolio import standings_of


def grant_work(
    session: Session, actor: Actor, *, now: datetime
) -> tuple[Sequence[GrantWork], Sequence[OfficeGrantWork]]:
    """The person's grants, and calls whose grants wait for their offices. The number of queries is constant."""
    rows = grants_of_person(session, actor, today=day_of(now))
    left = parts_left(session, actor, [row.id for row in rows]) if rows else frozenset()
    turns = {grant_id for grant_id, _ in signs_next(session, actor)}
    standing = standings_of(session, [row.id for row in rows], today=day_of(now))
    mine = [
        GrantWork(
            grant_id=row.id,
            acronym=row.acronym,
            call=row.call,
            acts=row.acts,
            act=standing[row.id].act,
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
