"""One request, one transaction: retried where that is safe, refused in words, never half done."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from starlette.responses import Response

from app.accounts.models import Person, SignInSession
from app.core.actor import Role
from app.core.errors import (
    NotPermittedError,
    RulesViolatedError,
    SignInRequiredError,
    TryAgainError,
)
from app.delivery.guards import Guard, administrator, has_role, programme_officer, public, signed_in, staff
from app.delivery.idempotency import once
from app.delivery.incoming import Incoming
from app.delivery.models import AnsweredRequest
from app.delivery.unit_of_work import ATTEMPTS, MAX_REQUEST_AGE, READ, WRITE, Work, run
from app.infra.ids import new_id
from app.infra.tokens import fingerprint, new_secret
from tests.conftest import NOW

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime


@pytest.fixture
def incoming(runtime: Runtime) -> Incoming:
    """A form that was sent with its token."""
    runtime.clock.instant = NOW  # type: ignore[attr-defined]  # the test's clock
    return Incoming(runtime, NOW, "request-1", "POST", "/letters", "192.0.2.1", csrf_ok=True)


@pytest.fixture(autouse=True)
def empty(runtime: Runtime) -> None:
    """Each test starts without people and answers."""
    with runtime.database.transaction() as session:
        for table in (AnsweredRequest, SignInSession, Person):
            session.execute(sa.delete(table))


def a_person(email: str = "ada@example.org", **facts: Any) -> Person:
    return Person(id=new_id(), email=email, name="Ada", created_at=NOW, **facts)


def people(runtime: Runtime) -> list[str]:
    with runtime.database.reading() as session:
        return list(session.scalars(sa.select(Person.email).order_by(Person.email)))


def adding(email: str) -> Callable[[Work], str]:
    def handler(work: Work) -> str:
        work.session.add(a_person(email))
        return "added"

    return handler


def test_what_a_handler_writes_is_committed_before_the_answer(runtime: Runtime, incoming: Incoming) -> None:
    assert run(incoming, WRITE, public, adding("ada@example.org")) == "added"
    assert people(runtime) == ["ada@example.org"]


def test_a_refusal_leaves_nothing(runtime: Runtime, incoming: Incoming) -> None:
    def handler(work: Work) -> str:
        adding("ada@example.org")(work)
        work.session.flush()
        raise NotPermittedError

    with pytest.raises(NotPermittedError):
        run(incoming, WRITE, public, handler)
    assert people(runtime) == []


def test_a_form_without_its_token_changes_nothing(runtime: Runtime, incoming: Incoming) -> None:
    with pytest.raises(NotPermittedError, match="another site"):
        run(replace(incoming, csrf_ok=False), WRITE, public, adding("ada@example.org"))
    assert people(runtime) == []
    assert run(replace(incoming, csrf_ok=False, door="api"), WRITE, public, adding("ada@example.org")) == "added"


def test_reading_cannot_write(runtime: Runtime, incoming: Incoming) -> None:
    def handler(work: Work) -> None:
        work.session.add(a_person())
        work.session.flush()

    with pytest.raises(sa.exc.InternalError, match="read-only"):
        run(incoming, READ, public, handler)
    assert people(runtime) == []


def test_a_known_constraint_becomes_words(runtime: Runtime, incoming: Incoming) -> None:
    run(incoming, WRITE, public, adding("ada@example.org"))
    with pytest.raises(RulesViolatedError) as refused:
        run(incoming, WRITE, public, adding("ada@example.org"))
    [found] = refused.value.violations
    assert (found.rule, found.place) == ("account.email_taken", "email")
    assert people(runtime) == ["ada@example.org"]


@pytest.mark.parametrize("name", ["nul \0 in it", "x"])
def test_what_no_column_takes_becomes_words(runtime: Runtime, incoming: Incoming, name: str) -> None:
    def handler(work: Work) -> None:
        work.session.add(a_person(failed_sign_ins=10**12 if name == "x" else 0, language=name))
        work.session.flush()

    with pytest.raises(RulesViolatedError) as refused:
        run(incoming, WRITE, public, handler)
    assert [found.rule for found in refused.value.violations] == ["input.unstorable"]
    assert people(runtime) == []


def test_an_old_request_is_not_committed(runtime: Runtime, incoming: Incoming) -> None:
    """Whoever waits for requests received before a deadline need wait no longer than this."""
    clock: Any = runtime.clock
    clock.instant = NOW + MAX_REQUEST_AGE
    assert run(incoming, WRITE, public, adding("in.time@example.org")) == "added"
    clock.instant = NOW + MAX_REQUEST_AGE + timedelta(microseconds=1)
    with pytest.raises(TryAgainError):
        run(incoming, WRITE, public, adding("too.late@example.org"))
    assert people(runtime) == ["in.time@example.org"]


def test_now_is_the_instant_of_arrival(runtime: Runtime, incoming: Incoming) -> None:
    clock: Any = runtime.clock
    clock.instant = NOW + timedelta(seconds=30)
    assert run(incoming, WRITE, public, lambda work: work.now) == NOW


def test_a_deadlock_is_retried_and_both_succeed(runtime: Runtime, incoming: Incoming) -> None:
    """Two requests lock two rows in opposite order: one loses, runs again, and both are stored."""
    run(incoming, WRITE, public, adding("one@example.org"))
    run(incoming, WRITE, public, adding("two@example.org"))
    both, tries = threading.Barrier(2), []

    def rename(first: str, second: str) -> Callable[[Work], None]:
        def handler(work: Work) -> None:
            tries.append(first)
            for email in (first, second):
                row = work.session.scalars(sa.select(Person).where(Person.email == email).with_for_update()).one()
                row.failed_sign_ins += 1
                work.session.flush()
                if tries.count(first) == 1 and email == first:
                    both.wait(10)

        return handler

    orders = (("one@example.org", "two@example.org"), ("two@example.org", "one@example.org"))
    threads = [threading.Thread(target=run, args=(incoming, WRITE, public, rename(*order))) for order in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with runtime.database.reading() as session:
        assert session.scalars(sa.select(Person.failed_sign_ins)).all() == [2, 2]
    assert len(tries) > 2, "there was no deadlock"


def failing(sqlstate: str, times: int) -> tuple[list[int], Callable[[Work], str]]:
    """A handler in which the database itself raises ``sqlstate`` the first ``times`` times."""
    tries: list[int] = []

    def handler(work: Work) -> str:
        tries.append(1)
        work.session.add(a_person(f"try{len(tries)}@example.org"))
        work.session.flush()
        if len(tries) <= times:
            work.session.execute(sa.text(f"do $$ begin raise exception 'x' using errcode = '{sqlstate}'; end $$"))
        return "done"

    return tries, handler


def test_a_retry_starts_from_nothing(runtime: Runtime, incoming: Incoming) -> None:
    tries, handler = failing("40001", ATTEMPTS - 1)
    assert run(incoming, WRITE, public, handler) == "done"
    assert (len(tries), people(runtime)) == (ATTEMPTS, [f"try{ATTEMPTS}@example.org"])


def test_after_the_last_try_the_person_is_asked_to_send_again(runtime: Runtime, incoming: Incoming) -> None:
    tries, handler = failing("40001", 99)
    with pytest.raises(TryAgainError):
        run(incoming, WRITE, public, handler)
    assert (len(tries), people(runtime)) == (ATTEMPTS, [])


@pytest.mark.parametrize("sqlstate", ["55P03", "57014"])
@pytest.mark.parametrize("kind", [READ, WRITE])
def test_waiting_too_long_is_not_repeated(incoming: Incoming, sqlstate: str, kind: Any) -> None:
    tries: list[int] = []

    def handler(work: Work) -> None:
        tries.append(1)
        work.session.execute(sa.text(f"do $$ begin raise exception 'x' using errcode = '{sqlstate}'; end $$"))

    with pytest.raises(TryAgainError):
        run(incoming, kind, public, handler)
    assert tries == [1]


def test_an_unknown_failure_is_no_refusal(incoming: Incoming) -> None:
    tries, handler = failing("XX000", 99)
    with pytest.raises(sa.exc.DBAPIError):
        run(incoming, WRITE, public, handler)
    assert len(tries) == 1


@pytest.mark.parametrize("guard", [signed_in, administrator, programme_officer, staff, has_role(Role.EVALUATOR)])
@pytest.mark.parametrize("kind", [READ, WRITE])
def test_a_guard_stands_before_the_handler(incoming: Incoming, guard: Guard, kind: Any) -> None:
    reached: list[int] = []
    with pytest.raises(SignInRequiredError):
        run(incoming, kind, guard, lambda work: reached.append(1))
    assert reached == []


def signed_in_as(runtime: Runtime, incoming: Incoming, **facts: Any) -> Incoming:
    secret, person = new_secret(), a_person(**facts)
    with runtime.database.transaction() as session:
        session.add(person)
        session.flush()
        session.add(
            SignInSession(
                id=new_id(),
                person_id=person.id,
                fingerprint=fingerprint(secret),
                created_at=NOW,
                last_seen_at=NOW,
                ends_at=NOW + timedelta(hours=12),
            )
        )
    return replace(incoming, session_secret=secret)


def test_a_person_without_the_role_is_refused(runtime: Runtime, incoming: Incoming) -> None:
    signed = signed_in_as(runtime, incoming)
    assert run(signed, READ, signed_in, lambda work: work.actor.name) == "Ada"
    for guard in (administrator, programme_officer, staff):
        with pytest.raises(NotPermittedError):
            run(signed, READ, guard, lambda work: work.actor.name)


@pytest.mark.parametrize("kind", [READ, WRITE])
def test_a_sign_in_in_use_does_not_run_idle(runtime: Runtime, incoming: Incoming, kind: Any) -> None:
    """Somebody who only saves drafts is as much at work as somebody who only reads."""
    signed, clock = signed_in_as(runtime, incoming), cast_clock(runtime)
    for minutes in (50, 100, 150):
        clock.instant = NOW + timedelta(minutes=minutes)
        assert run(replace(signed, received_at=clock.instant), kind, signed_in, lambda work: work.actor.name) == "Ada"
    clock.instant = NOW + timedelta(minutes=211)
    with pytest.raises(SignInRequiredError):
        run(replace(signed, received_at=clock.instant), kind, signed_in, lambda work: None)


def cast_clock(runtime: Runtime) -> Any:
    """The test's clock."""
    return runtime.clock


def test_a_person_who_was_shut_out_is_nobody(runtime: Runtime, incoming: Incoming) -> None:
    signed = signed_in_as(runtime, incoming, active=False)
    with pytest.raises(SignInRequiredError):
        run(signed, READ, signed_in, lambda work: None)


def creating(work: Work) -> Response:
    email = f"{len(people(work.incoming.runtime))}@example.org"
    work.session.add(a_person(email))
    work.session.flush()
    return Response(email, 201, headers={"location": f"/people/{email}"}, media_type="text/plain")


def test_two_at_once_with_one_key_create_once_and_hear_the_same(runtime: Runtime, incoming: Incoming) -> None:
    keyed = replace(incoming, idempotency_key="key-1", visitor_secret="v")
    answers: list[Response] = []
    start = threading.Barrier(2)

    def send() -> None:
        start.wait()
        answers.append(run(keyed, WRITE, public, lambda work: once(work, b"body", creating)))

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert people(runtime) == ["0@example.org"]
    told = {(a.status_code, a.headers["location"], bytes(a.body), a.headers["content-type"]) for a in answers}
    assert (len(answers), told) == (2, {(201, "/people/0@example.org", b"0@example.org", "text/plain; charset=utf-8")})


def test_other_content_under_a_used_key_is_refused(runtime: Runtime, incoming: Incoming) -> None:
    keyed = replace(incoming, idempotency_key="key-1", visitor_secret="v")
    run(keyed, WRITE, public, lambda work: once(work, b"body", creating))
    for body, request in ((b"other", keyed), (b"body", replace(keyed, path="/elsewhere"))):
        send = partial(once, body=body, create=creating)
        with pytest.raises(RulesViolatedError) as refused:
            run(request, WRITE, public, send)
        assert [found.rule for found in refused.value.violations] == ["idempotency.other_content"]
    assert len(people(runtime)) == 1


def test_a_key_belongs_to_one_visitor_and_a_refused_create_frees_it(runtime: Runtime, incoming: Incoming) -> None:
    keyed = replace(incoming, idempotency_key="key-1", visitor_secret="v")

    def refuse(work: Work) -> Response:
        raise NotPermittedError

    with pytest.raises(NotPermittedError):
        run(keyed, WRITE, public, lambda work: once(work, b"body", refuse))
    for request in (keyed, replace(keyed, visitor_secret="another")):
        run(request, WRITE, public, lambda work: once(work, b"body", creating))
    assert len(people(runtime)) == 2


def test_without_key_every_create_counts_and_a_long_key_is_refused(runtime: Runtime, incoming: Incoming) -> None:
    for _ in range(2):
        run(incoming, WRITE, public, lambda work: once(work, b"body", creating))
    assert len(people(runtime)) == 2
    with pytest.raises(RulesViolatedError, match="200 characters"):
        run(replace(incoming, idempotency_key="k" * 201), WRITE, public, lambda work: once(work, b"body", creating))
