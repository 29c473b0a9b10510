"""A person is gone from everywhere, history verifies, and signed acts keep their name as long as they must."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import ApiToken, KeptName, Person, RoleAssignment, SecondFactor, SignInSession
from app.accounts.queries import names_of, names_under_acts
from app.accounts.schemas import InvitePerson
from app.accounts.use_cases.invite_person import invite_person
from app.all_models import metadata
from app.audit.models import Event, EventSalt
from app.audit.use_cases.verify_chains import verify_chains
from app.core.actor import SYSTEM, Actor, Role, ScopeKind
from app.core.canonical import canonical_json
from app.core.errors import NotFoundError, NotPermittedError, RulesViolatedError, TransitionNotAllowedError
from app.data_protection.models import ErasureRequest
from app.data_protection.queries.inventory import INVENTORY
from app.data_protection.queries.person import erasure_plan
from app.data_protection.rules.lifecycle import ErasureState
from app.data_protection.rules.retention import RecordKind
from app.data_protection.schemas import AskErasure, RefuseErasure
from app.data_protection.use_cases.apply_retention import apply_retention
from app.data_protection.use_cases.ask_erasure import ask_erasure, withdraw_erasure
from app.data_protection.use_cases.erase_person import erase_person
from app.data_protection.use_cases.export_person import export_person
from app.data_protection.use_cases.refuse_erasure import refuse_erasure
from app.delivery.models import AnsweredRequest
from app.infra.ids import new_id
from app.notifications.models import Message
from app.notifications.rules.lifecycle import MessageState
from tests.builders.applications import a_call, a_complete_application
from tests.builders.awards import WEAK, Ranked, a_ranking, prepared, sent, signed
from tests.builders.evaluation import a_round, an_assignment, an_expert
from tests.builders.notifications import a_message
from tests.builders.people import a_person, actor_for, an_administrator, an_api_token, an_invitation

EMAIL, NAME = "melusine.planted@example.org", "Mélusine Planted"


@pytest.fixture
def administrator(session: Session) -> Actor:
    an_administrator(session)
    return actor_for(session, an_administrator(session))


@pytest.fixture
def person(session: Session) -> Person:
    return a_person(session, email=EMAIL, name=NAME, roles=(Role.AUDITOR,))


def asked(session: Session, person: Person, now: datetime) -> UUID:
    return ask_erasure(session, actor_for(session, person), AskErasure(words="SECRETWHY"), now=now)


def everything(session: Session) -> str:
    """Every row of every table of ours as text."""
    session.flush()
    rows = []
    for name in metadata.tables:
        if not name.startswith("procrastinate"):
            rows += session.execute(sa.text(f'select to_jsonb(t)::text from "{name}" t')).scalars().all()  # noqa: S608  # our own table names
    return "\n".join(rows)


def held_everywhere(session: Session, person: Person, administrator: Actor, now: datetime) -> None:
    """A row of the person in every table that can hold one."""
    for token in range(2):
        an_api_token(session, person, expires_at=now + timedelta(days=token + 1))
    session.add(SecondFactor(person_id=person.id, secret="x", created_at=now, confirmed_at=now))
    session.add(
        SignInSession(id=new_id(), person_id=person.id, fingerprint="f", created_at=now, last_seen_at=now, ends_at=now)
    )
    an_invitation(session, email=EMAIL)
    wanted = InvitePerson(email=EMAIL, role=Role.AUDITOR, scope=ScopeKind.PLATFORM)
    with pytest.raises(RulesViolatedError):  # the same offer stands already, so another one is made
        invite_person(session, administrator, wanted.model_copy(update={"role": Role.ADMINISTRATOR}), now=now)
    invite_person(session, administrator, wanted, now=now)
    a_message(session, person_id=person.id, address=EMAIL, text=f"Dear {NAME}", subject=NAME, html=NAME)
    a_message(session, address=EMAIL, text=NAME, state=MessageState.SENT, sent_at=now)
    session.add(
        AnsweredRequest(
            owner=str(person.id),
            key="k",
            path="/",
            body_sha256="",
            status=200,
            location="",
            body=NAME.encode(),
            media_type="",
            answered_at=now,
            person_id=person.id,
        )
    )
    session.flush()


def test_nothing_of_the_person_is_left_and_history_is_whole(
    session: Session, administrator: Actor, person: Person, now: datetime
) -> None:
    held_everywhere(session, person, administrator, now)
    request = asked(session, person, now)
    assert EMAIL in everything(session)
    digests = session.scalar(sa.select(sa.func.count()).select_from(Event).where(Event.digests != {}))
    erase_person(session, administrator, request, now=now)
    left = everything(session)
    for planted in (EMAIL, NAME, "Mélusine", "melusine", "SECRETWHY"):
        assert planted not in left
    report = verify_chains(session)
    assert report.whole
    assert session.scalar(sa.select(sa.func.count()).select_from(Event).where(Event.digests != {})) == digests
    for table in (ApiToken, SecondFactor, SignInSession, RoleAssignment, AnsweredRequest):
        assert not session.scalars(sa.select(table).where(table.person_id == person.id)).all()
    assert [one.state for one in session.scalars(sa.select(Message))] == [MessageState.SENT]
    assert names_of(session, [person.id]) == {person.id: "erased person"}
    assert not person.active
    assert person.erased_at == now


def test_only_the_salts_of_this_person_go(
    session: Session, administrator: Actor, person: Person, now: datetime
) -> None:
    for address in (EMAIL, "other@example.org"):
        invite_person(
            session, SYSTEM, InvitePerson(email=address, role=Role.AUDITOR, scope=ScopeKind.PLATFORM), now=now
        )
    assert len(session.scalars(sa.select(EventSalt)).all()) == 2
    erase_person(session, administrator, asked(session, person, now), now=now)
    assert len(session.scalars(sa.select(EventSalt)).all()) == 1


def test_who_signed_an_award_keeps_the_name_beside_it_until_the_grant_is_over(
    session: Session, administrator: Actor, now: datetime
) -> None:
    ranked = a_ranking(session)
    prepared(session, ranked)
    signed(session, ranked)
    signer = session.get_one(Person, ranked.signer.person_id)
    plan = erasure_plan(session, signer.id, now=now)
    assert {act.reference for act in plan.binding} == {one.reference for one in ranked.awards(session)}
    assert plan.binding[-1].kept_until is None
    erase_person(session, administrator, asked(session, signer, now), now=now)
    assert names_of(session, [signer.id]) == {signer.id: "erased person"}
    assert names_under_acts(session, [signer.id]) == {signer.id: "Aurelia Signatory"}
    assert apply_retention(session, administrator, RecordKind.KEPT_NAME, now=now + timedelta(days=9999)).records == 0


def test_the_name_under_a_refusal_goes_five_years_after_it_was_told(
    session: Session, administrator: Actor, now: datetime
) -> None:
    ranked: Ranked = a_ranking(session, (WEAK, WEAK))
    prepared(session, ranked)
    signed(session, ranked)
    sent(session, ranked)
    signer = session.get_one(Person, ranked.signer.person_id)
    told = max(one.informed_at for one in ranked.awards(session) if one.informed_at)
    erase_person(session, administrator, asked(session, signer, told), now=told)
    over = told.replace(year=told.year + 5)
    run = lambda at: apply_retention(session, administrator, RecordKind.KEPT_NAME, now=at).records  # noqa: E731
    assert run(over - timedelta(seconds=1)) == 0
    assert session.scalars(sa.select(KeptName)).all()
    assert run(over) == 1
    assert run(over) == 0
    assert names_under_acts(session, [signer.id]) == {signer.id: "erased person"}


def test_the_only_contact_of_a_living_application_names_another_one_first(
    session: Session, administrator: Actor, now: datetime
) -> None:
    made = a_complete_application(session, a_call(session))
    contact = session.get_one(Person, made.actor(session).person_id)
    request = asked(session, contact, now)
    with pytest.raises(RulesViolatedError) as refused:
        erase_person(session, administrator, request, now=now)
    assert [one.rule for one in refused.value.violations] == ["erasure.only_contact"]


def test_an_expert_at_work_finishes_first(session: Session, administrator: Actor, now: datetime) -> None:
    _, call, [judged] = a_round(session)
    expert = an_expert(session, call)
    an_assignment(session, judged, expert)
    with pytest.raises(RulesViolatedError) as refused:
        erase_person(session, administrator, asked(session, expert, now), now=now)
    assert [one.rule for one in refused.value.violations] == ["erasure.open_assignments"]


def test_the_last_administrator_stays(session: Session, now: datetime) -> None:
    last = an_administrator(session)
    with pytest.raises(RulesViolatedError) as refused:
        erase_person(session, SYSTEM, asked(session, last, now), now=now)
    assert [one.rule for one in refused.value.violations] == ["erasure.last_administrator"]


def test_nobody_grants_their_own_request_and_nobody_else_decides(
    session: Session, administrator: Actor, person: Person, now: datetime
) -> None:
    own = ask_erasure(session, administrator, AskErasure(), now=now)
    reason = RefuseErasure(reason="A reason that is long enough")
    for deed in (erase_person, lambda *given, **more: refuse_erasure(*given, reason, **more)):
        with pytest.raises(NotPermittedError):
            deed(session, administrator, own, now=now)
        with pytest.raises(NotPermittedError):
            deed(session, actor_for(session, person), own, now=now)
        with pytest.raises(NotFoundError):
            deed(session, administrator, new_id(), now=now)


def test_a_request_is_made_once_answered_once_and_may_be_taken_back(
    session: Session, administrator: Actor, person: Person, now: datetime
) -> None:
    actor = actor_for(session, person)
    first = asked(session, person, now)
    with pytest.raises(RulesViolatedError, match="already"):
        asked(session, person, now)
    withdraw_erasure(session, actor, now=now)
    withdraw_erasure(session, actor, now=now)
    assert session.get_one(ErasureRequest, first).state == ErasureState.WITHDRAWN
    with pytest.raises(TransitionNotAllowedError):
        erase_person(session, administrator, first, now=now)
    second = asked(session, person, now)
    refuse_erasure(session, administrator, second, RefuseErasure(reason="An audit is under way."), now=now)
    assert session.get_one(ErasureRequest, second).state == ErasureState.REFUSED
    assert person.name == NAME


def test_the_export_names_every_kind_and_holds_the_rows(
    session: Session, administrator: Actor, person: Person, now: datetime
) -> None:
    held_everywhere(session, person, administrator, now)
    document = json.loads(canonical_json(export_person(session, actor_for(session, person), now=now)))
    records: dict[str, Any] = document["records"]
    assert set(records) == {one.key for one in INVENTORY} | {"acts", "events"}
    assert records["account"]["rows"][0]["email"] == EMAIL
    assert len(records["api_tokens"]["rows"]) == 2
    assert len(records["messages"]["rows"]) == 2
    assert records["other_roles"]["rows"][0]["role"] == "auditor"
    other = json.loads(canonical_json(export_person(session, administrator, now=now)))
    assert EMAIL not in json.dumps(other)


def test_no_table_that_names_a_person_was_forgotten() -> None:
    """A new table with a person's id needs a line in the inventory; columns of acts end in ``_by``."""
    named = {
        table.name
        for table in metadata.tables.values()
        for column in table.columns
        if column.name in {"person_id", "email", "address", "invited_email", "visitor"}
    }
    covered = {name for one in INVENTORY for name in one.tables}
    assert named <= covered
    assert covered <= set(metadata.tables)
