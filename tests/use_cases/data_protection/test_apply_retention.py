from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Invitation, Person, RoleAssignment
from app.accounts.schemas import InvitePerson
from app.accounts.use_cases.invite_person import invite_person
from app.applications.models import Application, Attachment, CostLine, SavedSection, Submission
from app.applications.use_cases.miss_deadline import miss_deadline
from app.audit.models import Event, EventSalt
from app.audit.use_cases.verify_chains import verify_chains
from app.core.actor import SYSTEM, Actor, Role, ScopeKind
from app.core.errors import NotPermittedError, RulesViolatedError
from app.data_protection.queries.due import due_records, retention_rows
from app.data_protection.rules.retention import RETENTION, By, RecordKind
from app.data_protection.use_cases.apply_retention import apply_retention
from app.documents.models import StoredFile
from app.evaluation.models import CallExpert, EvaluationRound, ExpertProfile
from app.infra.file_store import FileStore
from tests.builders.applications import a_call, a_complete_application, a_submitted_application
from tests.builders.awards import a_ranking, prepared, sent, signed
from tests.builders.evaluation import a_round, an_expert
from tests.builders.people import a_person, actor_for, an_administrator, an_invitation

DAY = timedelta(days=1)


@pytest.fixture
def administrator(session: Session) -> Actor:
    return actor_for(session, an_administrator(session))


def years_after(instant: datetime, years: int) -> datetime:
    return instant.replace(year=instant.year + years)


def test_a_draft_is_emptied_a_year_after_the_deadline(session: Session, administrator: Actor, tmp_path: object) -> None:
    files = FileStore(tmp_path / "files")  # type: ignore[operator]
    call = a_call(session)
    made = a_complete_application(session, call, files=files)
    other = a_submitted_application(session, call, files=files)
    miss_deadline(session, SYSTEM, call.id, now=call.deadline + DAY)
    over = years_after(call.deadline, 1)
    assert due_records(session, RecordKind.DRAFT, now=over - timedelta(seconds=1)) == ()
    assert [row.id for row in due_records(session, RecordKind.DRAFT, now=over)] == [str(made.application_id)]
    applied = apply_retention(session, administrator, RecordKind.DRAFT, now=over)
    assert applied.records == 1
    kept = set(session.scalars(sa.select(StoredFile.sha256)))
    assert not applied.contents & kept

    def rows(table: type, application_id: UUID) -> int:
        where = table.application_id == application_id  # type: ignore[attr-defined]
        return session.scalar(sa.select(sa.func.count()).select_from(table).where(where)) or 0

    for table in (SavedSection, CostLine, Attachment):
        assert rows(table, made.application_id) == 0
        assert rows(table, other.application_id) > 0
    assert not session.scalars(sa.select(RoleAssignment).where(RoleAssignment.scope_id == made.application_id)).all()
    assert session.get_one(Application, made.application_id).reference
    assert apply_retention(session, administrator, RecordKind.DRAFT, now=over).records == 0
    assert verify_chains(session).whole


def test_people_of_a_refused_application_go_after_five_years_and_its_submission_stays(
    session: Session, administrator: Actor
) -> None:
    ranked = a_ranking(session)
    prepared(session, ranked)
    signed(session, ranked)
    sent(session, ranked)
    told = [one for one in ranked.awards(session) if one.informed_at]
    over = years_after(max(one.informed_at for one in told if one.informed_at), 5)
    losers = {str(one.application_id) for one in told if one.outcome != "main"}
    assert 0 < len(losers) < len(told)
    assert {row.id for row in due_records(session, RecordKind.NOT_FUNDED, now=over)} == losers
    assert due_records(session, RecordKind.FUNDED, now=years_after(over, 40)) == ()
    before = session.scalar(sa.select(sa.func.count()).select_from(Submission))
    assert apply_retention(session, administrator, RecordKind.NOT_FUNDED, now=over).records == len(losers)
    assert session.scalar(sa.select(sa.func.count()).select_from(Submission)) == before
    held = {str(one) for one in session.scalars(sa.select(RoleAssignment.scope_id))}
    assert not losers & held
    assert {str(one.application_id) for one in told} - losers <= held


def test_accounts_never_confirmed_and_old_invitations_lose_their_addresses(
    session: Session, administrator: Actor, now: datetime
) -> None:
    waiting = a_person(session, email_confirmed_at=None, created_at=now, email="new@example.org")
    known = a_person(session, email="known@example.org")
    offer = an_invitation(session, email="gone@example.org", expires_at=now)
    later = now + timedelta(days=32)
    assert apply_retention(session, administrator, RecordKind.UNCONFIRMED_ACCOUNT, now=now + DAY).records == 0
    assert apply_retention(session, administrator, RecordKind.UNCONFIRMED_ACCOUNT, now=later).records == 1
    assert apply_retention(session, administrator, RecordKind.INVITATION, now=later).records == 0
    assert apply_retention(session, administrator, RecordKind.INVITATION, now=years_after(now, 2)).records == 1
    session.expire_all()
    assert session.get_one(Person, waiting.id).email.endswith("@erased.invalid")
    assert session.get_one(Person, known.id).email == "known@example.org"
    assert session.get_one(Invitation, offer.id).email.endswith("@erased.invalid")


def test_an_expert_at_work_keeps_the_details_and_one_long_done_does_not(
    session: Session, administrator: Actor, now: datetime
) -> None:
    round_id, call, _ = a_round(session)
    expert = an_expert(session, call)
    much_later = years_after(now, 30)
    assert apply_retention(session, administrator, RecordKind.EXPERT, now=much_later).records == 0
    session.execute(sa.update(EvaluationRound).where(EvaluationRound.id == round_id).values(informed_at=now))
    assert apply_retention(session, administrator, RecordKind.EXPERT, now=much_later).records == 1
    profile = session.get_one(ExpertProfile, expert.id, populate_existing=True)
    assert (profile.expertise, profile.languages, profile.employer, profile.country) == ("", [], "", "")
    assert session.get_one(CallExpert, (call.id, expert.id), populate_existing=True).left_at == much_later


def test_values_of_old_events_can_no_longer_be_compared_and_the_chain_is_whole(
    session: Session, administrator: Actor, now: datetime
) -> None:
    call = a_call(session)
    a_submitted_application(session, call)
    assert session.scalars(sa.select(EventSalt)).all()
    over = years_after(now, 5) + timedelta(days=60)
    assert apply_retention(session, administrator, RecordKind.EVENT_VALUE, now=years_after(now, 4)).records == 0
    assert apply_retention(session, administrator, RecordKind.EVENT_VALUE, now=over).records == 1
    assert not session.scalars(sa.select(EventSalt)).all()
    assert verify_chains(session).whole


def test_the_value_of_an_event_stays_to_its_last_day(session: Session, administrator: Actor, now: datetime) -> None:
    for days in (0, 1, 2):
        wanted = InvitePerson(email=f"on{days}@example.org", role=Role.AUDITOR, scope=ScopeKind.PLATFORM)
        invite_person(session, SYSTEM, wanted, now=now + days * DAY)
    assert [row.words[-3:] for row in due_records(session, RecordKind.EVENT_VALUE, now=years_after(now, 5))] == [": 1"]
    apply_retention(session, administrator, RecordKind.EVENT_VALUE, now=years_after(now, 5))
    left = sa.select(Event.occurred_at).join(EventSalt, EventSalt.event_id == Event.id).order_by(Event.occurred_at)
    assert session.scalars(left).all() == [now + DAY, now + 2 * DAY]
    assert due_records(session, RecordKind.EVENT_VALUE, now=years_after(now, 5)) == ()


def test_what_was_let_go_is_in_the_event_log(session: Session, administrator: Actor, now: datetime) -> None:
    an_invitation(session, expires_at=now)
    apply_retention(session, administrator, RecordKind.INVITATION, now=years_after(now, 2))
    [event] = session.scalars(sa.select(Event).where(Event.kind == "retention.applied")).all()
    assert (event.facts["of"], event.facts["records"], event.actor_id) == ("invitation", 1, administrator.person_id)


def test_only_administrators_and_only_kinds_that_wait_for_them(
    session: Session, administrator: Actor, now: datetime
) -> None:
    officer = actor_for(session, a_person(session, roles=(Role.PROGRAMME_OFFICER,)))
    with pytest.raises(NotPermittedError):
        apply_retention(session, officer, RecordKind.INVITATION, now=now)
    for kind, line in RETENTION.items():
        if line.by is not By.ADMINISTRATOR:
            with pytest.raises(RulesViolatedError):
                apply_retention(session, administrator, kind, now=now)


def test_the_table_counts_what_is_due(session: Session, now: datetime) -> None:
    an_invitation(session, expires_at=now)
    a_person(session, email_confirmed_at=None, created_at=now)
    due = {row.line.kind: row.due for row in retention_rows(session, now=years_after(now, 2)) if row.due}
    assert due == {RecordKind.INVITATION: 1, RecordKind.UNCONFIRMED_ACCOUNT: 1}
