"""Records whose time is over, kind by kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Invitation, Person, RoleAssignment
from app.accounts.rules.email import NOWHERE
from app.applications.models import Application, Attachment, SavedSection
from app.applications.rules.lifecycle import ApplicationState
from app.audit.queries import values_until
from app.calls.models import Call
from app.cascade.models import ThirdPartyPayment as Stay
from app.cascade.queries.payments import visitors_held
from app.core.actor import ScopeKind
from app.data_protection.queries.acts import funded, informed_at, kept_names, settled_at, signed_acts
from app.data_protection.rules.due import all_due_until, counted_before, due
from app.data_protection.rules.erasure import ERASED_NAME, binding_acts
from app.data_protection.rules.retention import RETENTION, By, RecordKind
from app.data_protection.schemas import DueRecord, RetentionRow
from app.evaluation.models import Assignment, CallExpert, EvaluationRound, ExpertProfile
from app.grants.models import Grant
from app.partnerships.models import Partner
from app.payments.models import Payment
from app.reporting.queries.paid import SUBJECT

_Candidates = Iterable[tuple[Any, str, datetime]]
"""Id, words and the instant from which the period counts."""
_Reading = Callable[[Session, datetime], _Candidates]


def due_records(session: Session, kind: RecordKind, *, now: datetime) -> tuple[DueRecord, ...]:
    """What an administrator may let go now, the oldest first; nothing of kinds that go by themselves or stay."""
    reading = _READINGS.get(kind)
    if reading is None:
        return ()
    line = RETENTION[kind]
    found = [
        DueRecord(str(one), words, counted_from, line.due_at(counted_from))
        for one, words, counted_from in reading(session, now)
        if due(kind, counted_from, now)
    ]
    return tuple(sorted(found, key=lambda record: (record.due_at, record.id)))


def retention_rows(session: Session, *, now: datetime) -> tuple[RetentionRow, ...]:
    """The whole table with how many records are due. A constant number of queries."""
    return tuple(
        RetentionRow(line, len(due_records(session, line.kind, now=now)) if line.by is By.ADMINISTRATOR else 0)
        for line in RETENTION.values()
    )


def _invitations(session: Session, now: datetime) -> _Candidates:
    ended = sa.func.coalesce(Invitation.accepted_at, Invitation.withdrawn_at, Invitation.expires_at)
    statement = sa.select(Invitation.id, Invitation.role, ended).where(
        ended <= counted_before(RecordKind.INVITATION, now), ~Invitation.email.endswith(f"@{NOWHERE}")
    )
    return _named(session, statement, "Invitation, {}")


def _unconfirmed(session: Session, now: datetime) -> _Candidates:
    statement = sa.select(Person.id, sa.literal(""), Person.created_at).where(
        Person.email_confirmed_at.is_(None),
        Person.erased_at.is_(None),
        Person.created_at <= counted_before(RecordKind.UNCONFIRMED_ACCOUNT, now),
    )
    return _named(session, statement, "Account that was never confirmed")


def _drafts(session: Session, now: datetime) -> _Candidates:
    content = [
        sa.exists().where(table.application_id == Application.id).correlate(Application)
        for table in (SavedSection, Attachment)
    ]
    return _applications(
        session,
        Call.deadline,
        Call.deadline <= counted_before(RecordKind.DRAFT, now),
        Application.last_submission_id.is_(None),
        sa.or_(_has_people(), *content),
    )


def _withdrawn(session: Session, now: datetime) -> _Candidates:
    return _applications(
        session,
        Call.deadline,
        Call.deadline <= counted_before(RecordKind.WITHDRAWN, now),
        Application.state == ApplicationState.WITHDRAWN,
        Application.last_submission_id.is_not(None),
        _has_people(),
    )


def _not_funded(session: Session, now: datetime) -> _Candidates:
    told = informed_at()
    return _applications(session, told, told <= counted_before(RecordKind.NOT_FUNDED, now), ~funded(), _has_people())


def _funded(session: Session, now: datetime) -> _Candidates:
    settled = settled_at()
    return _applications(session, settled, settled <= counted_before(RecordKind.FUNDED, now), funded(), _has_people())


def _visitors(session: Session, now: datetime) -> _Candidates:
    settled = settled_at()
    stayed = sa.exists().where(Grant.application_id == Application.id, Stay.grant_id == Grant.id, visitors_held())
    over = settled <= counted_before(RecordKind.VISITOR, now)
    return _applications(session, settled, over, funded(), stayed.correlate(Application))


def _payees(session: Session, now: datetime) -> _Candidates:
    """Grants with a name that is left: of an account holder, or of a recipient."""
    settled = settled_at()
    paid = sa.exists().where(
        Grant.application_id == Application.id,
        Payment.subject_kind == SUBJECT,
        Payment.subject_id == Grant.id,
        Payment.holder != ERASED_NAME,
    )
    given = sa.exists().where(
        Grant.application_id == Application.id, Stay.grant_id == Grant.id, Stay.recipient != ERASED_NAME
    )
    over = settled <= counted_before(RecordKind.PAYEE, now)
    named = sa.or_(paid.correlate(Application), given.correlate(Application))
    return _applications(session, settled, over, funded(), named)


def _experts(session: Session, now: datetime) -> _Candidates:
    """An expert who judges in a round that has not ended, or waits for one, is not looked at."""
    here = (EvaluationRound.id == Assignment.round_id, Assignment.person_id == ExpertProfile.person_id)
    last = sa.select(sa.func.max(EvaluationRound.informed_at)).where(*here).scalar_subquery()
    told = sa.func.greatest(ExpertProfile.changed_at, last)
    at_work = sa.exists().where(*here, EvaluationRound.informed_at.is_(None))
    ended = sa.exists().where(EvaluationRound.call_id == CallExpert.call_id, EvaluationRound.informed_at.is_not(None))
    waits = sa.exists().where(CallExpert.person_id == ExpertProfile.person_id, CallExpert.left_at.is_(None), ~ended)
    statement = sa.select(ExpertProfile.person_id, ExpertProfile.country, told).where(
        told <= counted_before(RecordKind.EXPERT, now),
        sa.or_(*(column != "" for column in (ExpertProfile.expertise, ExpertProfile.employer, ExpertProfile.country))),
        ~at_work,
        ~waits,
    )
    return _named(session, statement, "Details of an expert")


def _event_values(session: Session, now: datetime) -> _Candidates:
    """All of them as one record: they go together."""
    count, oldest = values_until(session, all_due_until(RecordKind.EVENT_VALUE, now))
    if oldest is not None:
        yield "events", f"Personal values of events: {count}", oldest


def _kept_names(session: Session, now: datetime) -> _Candidates:
    kept = kept_names(session)
    acts = signed_acts(session, list(kept))
    for person_id, row in kept.items():
        if not binding_acts(acts[person_id], now):
            ends = [act.kept_until for act in acts[person_id] if act.kept_until is not None]
            yield person_id, f"Name kept since {row.kept_at:%Y-%m-%d}", max(ends, default=row.kept_at)


_READINGS: Mapping[RecordKind, _Reading] = {
    RecordKind.INVITATION: _invitations,
    RecordKind.UNCONFIRMED_ACCOUNT: _unconfirmed,
    RecordKind.DRAFT: _drafts,
    RecordKind.WITHDRAWN: _withdrawn,
    RecordKind.NOT_FUNDED: _not_funded,
    RecordKind.FUNDED: _funded,
    RecordKind.VISITOR: _visitors,
    RecordKind.PAYEE: _payees,
    RecordKind.EXPERT: _experts,
    RecordKind.EVENT_VALUE: _event_values,
    RecordKind.KEPT_NAME: _kept_names,
}


def _has_people() -> sa.ColumnElement[bool]:
    """Condition on an application: somebody is named in it, by a role or by an address."""
    role = sa.exists().where(RoleAssignment.scope == ScopeKind.APPLICATION, RoleAssignment.scope_id == Application.id)
    invited = sa.exists().where(
        Partner.partnership_id == Application.id,
        Partner.invited_email.is_not(None),
        ~Partner.invited_email.endswith(f"@{NOWHERE}"),
    )
    return sa.or_(role.correlate(Application), invited.correlate(Application))


def _applications(session: Session, since: Any, *conditions: sa.ColumnElement[bool]) -> _Candidates:  # noqa: ANN401  # an expression
    statement = (
        sa.select(Application.id, Application.reference, since)
        .join(Call, Call.id == Application.call_id)
        .where(*conditions)
    )
    return _named(session, statement, "{}")


def _named(session: Session, statement: sa.Select[*tuple[Any, ...]], words: str) -> Iterator[tuple[Any, str, datetime]]:
    for one, about, counted_from in session.execute(statement):
        yield one, words.format(str(about).replace("_", " ")), counted_from
