"""Let records of one kind go whose time is over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Invitation
from app.accounts.queries import person_for_update
from app.accounts.rules.email import nowhere
from app.accounts.use_cases.erase_account import release_name
from app.applications.use_cases.forget_application import forget_content, forget_people
from app.audit.use_cases.forget_values import forget_values_before
from app.audit.use_cases.record_event import record_event
from app.cascade.use_cases.forget_visitors import forget_visitors
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.core.violations import Violation
from app.data_protection.events import RetentionApplied
from app.data_protection.policies import require_administrator
from app.data_protection.queries.acts import kept_names
from app.data_protection.queries.due import due_records
from app.data_protection.rules.due import all_due_until
from app.data_protection.rules.erasure import ERASED_NAME
from app.data_protection.rules.retention import RETENTION, By, RecordKind
from app.data_protection.schemas import Applied
from app.data_protection.use_cases.erase_person import erase_everywhere
from app.data_protection.use_cases.forget_payees import forget_payees
from app.evaluation.use_cases.forget_expert import forget_expert
from app.infra.ids import new_id


def apply_retention(session: Session, actor: Actor, kind: RecordKind, *, now: datetime) -> Applied:
    """Let everything of that kind go that is due now; once more changes nothing.

    Raise NotPermitted for anybody but an administrator, RulesViolated for a kind that goes by itself or stays.
    """
    require_administrator(actor)
    line = RETENTION[kind]
    if line.by is not By.ADMINISTRATOR:
        raise RulesViolatedError(
            [
                Violation(
                    "retention.not_by_hand",
                    "{title}: nothing is to be done by hand here.",
                    figures={"title": line.title},
                )
            ]
        )
    found = due_records(session, kind, now=now)
    if not found:
        return Applied(0)
    contents = _LETTING_GO[kind](session, actor, [record.id for record in found], now)
    facts = {"records": len(found), "of": kind.value, "ids": [record.id for record in found]}
    record_event(session, actor, RetentionApplied(subject_id=new_id(), facts=facts), now=now)
    return Applied(len(found), contents)


_LetGo = Callable[[Session, Actor, list[str], datetime], frozenset[str]]


def _invitations(session: Session, actor: Actor, ids: list[str], now: datetime) -> frozenset[str]:  # noqa: ARG001  # one shape for all kinds
    for one in ids:
        blank = sa.update(Invitation).where(Invitation.id == UUID(one)).values(email=nowhere(one))
        session.execute(blank)
    return frozenset()


def _accounts(session: Session, actor: Actor, ids: list[str], now: datetime) -> frozenset[str]:
    for one in sorted(ids):
        person = person_for_update(session, UUID(one))
        if person is not None and person.email_confirmed_at is None:
            erase_everywhere(session, actor, person, keep_name=False, now=now)
    return frozenset()


def _drafts(session: Session, actor: Actor, ids: list[str], now: datetime) -> frozenset[str]:  # noqa: ARG001  # one shape for all kinds
    contents: frozenset[str] = frozenset()
    for one in sorted(ids):
        forget_people(session, UUID(one), instead=nowhere(one))
        contents |= forget_content(session, UUID(one))
    return contents


def _applications(session: Session, actor: Actor, ids: list[str], now: datetime) -> frozenset[str]:  # noqa: ARG001  # one shape for all kinds
    for one in sorted(ids):
        forget_people(session, UUID(one), instead=nowhere(one))
    return frozenset()


def _visitors(session: Session, actor: Actor, ids: list[str], now: datetime) -> frozenset[str]:  # noqa: ARG001  # one shape for all kinds
    contents: frozenset[str] = frozenset()
    for one in sorted(ids):
        contents |= forget_visitors(session, UUID(one), instead=ERASED_NAME)
    return contents


def _payees(session: Session, actor: Actor, ids: list[str], now: datetime) -> frozenset[str]:  # noqa: ARG001  # one shape for all kinds
    for one in sorted(ids):
        forget_payees(session, UUID(one), instead=ERASED_NAME)
    return frozenset()


def _experts(session: Session, actor: Actor, ids: list[str], now: datetime) -> frozenset[str]:  # noqa: ARG001  # one shape for all kinds
    for one in sorted(ids):
        forget_expert(session, UUID(one), now=now)
    return frozenset()


def _event_values(session: Session, actor: Actor, ids: list[str], now: datetime) -> frozenset[str]:  # noqa: ARG001  # one shape for all kinds
    forget_values_before(session, all_due_until(RecordKind.EVENT_VALUE, now))
    return frozenset()


def _names(session: Session, actor: Actor, ids: list[str], now: datetime) -> frozenset[str]:
    kept = kept_names(session)
    for one in ids:
        release_name(session, actor, kept[UUID(one)], now=now)
    return frozenset()


_LETTING_GO: Mapping[RecordKind, _LetGo] = {
    RecordKind.INVITATION: _invitations,
    RecordKind.UNCONFIRMED_ACCOUNT: _accounts,
    RecordKind.DRAFT: _drafts,
    RecordKind.WITHDRAWN: _applications,
    RecordKind.NOT_FUNDED: _applications,
    RecordKind.FUNDED: _applications,
    RecordKind.VISITOR: _visitors,
    RecordKind.PAYEE: _payees,
    RecordKind.EXPERT: _experts,
    RecordKind.EVENT_VALUE: _event_values,
    RecordKind.KEPT_NAME: _names,
}
