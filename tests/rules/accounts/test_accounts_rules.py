from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.rules.email import normal_email
from app.accounts.rules.invitations import InvitationState, check_open, invitation_state
from app.accounts.rules.links import bond, still_bound
from app.accounts.rules.passwords import check_password
from app.accounts.rules.roles import SCOPES, check_role, may_give
from app.accounts.rules.sign_in import MOST_WRONG, PAUSE, after_wrong, paused
from app.accounts.rules.zones import zones
from app.core.actor import Assignment, Role, ScopeKind

NOW = datetime(2019, 3, 1, 9, tzinfo=UTC)
HERE, THERE = UUID(int=1), UUID(int=2)


def ids(violations: Any) -> set[str]:
    return {violation.rule for violation in violations}


@pytest.mark.parametrize(
    ("password", "found"),
    [
        ("elevenchars", {"account.password_short"}),
        ("twelve chars", set()),
        ("ana.costa@example.org", {"account.password_is_email"}),
        ("ANA.COSTA@example.org", {"account.password_is_email"}),
        ("passwordPASSWORD", {"account.password_common"}),
        ("zzzzzzzzzzzzzz", {"account.password_common"}),
        ("aaaa", {"account.password_short", "account.password_common"}),
        ("żółta łódź płynie", set()),
    ],
)
def test_password_rule(password: str, found: set[str]) -> None:
    assert ids(check_password(password, email="Ana.Costa@example.org")) == found


@given(st.text(min_size=12, max_size=200))
def test_long_passwords_need_no_composition(password: str) -> None:
    assert "account.password_short" not in ids(check_password(password, email="a@b.eu"))


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" Ana@Example.ORG ", "ana@example.org"),
        ("o'neil+grants@sub.example.eu", "o'neil+grants@sub.example.eu"),
        ("x@bücher.example", "x@xn--bcher-kva.example"),
    ],
)
def test_addresses_have_one_spelling(typed: str, stored: str) -> None:
    assert normal_email(typed) == stored


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "ana",
        "@example.org",
        "ana@",
        "ana@localhost",
        "a b@example.org",
        "ana@example..org",
        "ana@-x.org",
        "ana@1.2.3.4",
        "ana..b@example.org",
        "é@example.org",
        f"{'a' * 65}@example.org",
        f"a@{'b' * 250}.org",
        "a@b@\n.org",
        "a@b.org\nBcc: c@d.org",
    ],
)
def test_what_no_mail_server_takes_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="Enter an e-mail address"):
        normal_email(bad)


@given(st.text(max_size=40))
def test_an_address_is_refused_or_stable(text: str) -> None:
    try:
        once = normal_email(text)
    except ValueError:
        return
    assert normal_email(once) == once
    assert "\n" not in once


def test_the_fifth_wrong_password_in_a_row_pauses_for_a_quarter_of_an_hour() -> None:
    wrong, until = 0, None
    for _ in range(MOST_WRONG - 1):
        wrong, until = after_wrong(wrong, now=NOW)
        assert until is None
    wrong, until = after_wrong(wrong, now=NOW)
    assert (wrong, until) == (0, NOW + PAUSE)
    assert paused(until, now=NOW + PAUSE - timedelta(microseconds=1))
    assert not paused(until, now=NOW + PAUSE)
    assert not paused(None, now=NOW)


def test_an_invitation_counts_to_its_last_instant() -> None:
    def state(now: datetime, **given: datetime | None) -> InvitationState:
        at: dict = {"accepted_at": None, "withdrawn_at": None} | given
        return invitation_state(**at, expires_at=NOW, now=now)

    assert state(NOW) is InvitationState.OPEN
    assert state(NOW + timedelta(microseconds=1)) is InvitationState.EXPIRED
    assert state(NOW, accepted_at=NOW, withdrawn_at=NOW) is InvitationState.ACCEPTED
    assert state(NOW, withdrawn_at=NOW) is InvitationState.WITHDRAWN
    assert check_open(InvitationState.OPEN) == ()
    for over in set(InvitationState) - {InvitationState.OPEN}:
        assert ids(check_open(over)) == {"account.invitation_over"}


def test_a_link_dies_with_the_password_it_was_made_for() -> None:
    assert still_bound(bond("hash"), "hash")
    assert still_bound(bond(None), None)
    assert not still_bound(bond("hash"), "other")
    assert not still_bound(None, "hash")
    assert "hash" not in bond("hash")


@given(st.sampled_from(Role), st.sampled_from(ScopeKind), st.sampled_from([None, HERE]))
def test_a_role_is_held_only_where_it_makes_sense(role: Role, scope: ScopeKind, scope_id: UUID | None) -> None:
    found = check_role(Assignment(role, scope, scope_id))
    fits = scope in SCOPES[role] and (scope is ScopeKind.PLATFORM) == (scope_id is None)
    assert (found == ()) == fits


def test_every_role_has_a_scope() -> None:
    assert set(SCOPES) == set(Role)
    assert all(SCOPES.values())


@given(st.sampled_from(Role), st.sampled_from(ScopeKind))
def test_administrators_give_every_role_and_nobody_gives_none(role: Role, scope: ScopeKind) -> None:
    wanted = Assignment(role, scope, None if scope is ScopeKind.PLATFORM else HERE)
    assert may_give([Assignment(Role.ADMINISTRATOR, ScopeKind.PLATFORM)], wanted)
    assert not may_give([], wanted)


@pytest.mark.parametrize("role", [Role.REPRESENTATIVE, Role.SIGNATORY, Role.MEMBER])
def test_a_representative_gives_roles_in_the_own_organisation_only(role: Role) -> None:
    held = [Assignment(Role.REPRESENTATIVE, ScopeKind.ORGANISATION, HERE)]
    assert may_give(held, Assignment(role, ScopeKind.ORGANISATION, HERE))
    assert not may_give(held, Assignment(role, ScopeKind.ORGANISATION, THERE))
    assert not may_give(held, Assignment(Role.ADMINISTRATOR, ScopeKind.PLATFORM))
    assert not may_give(
        [Assignment(Role.MEMBER, ScopeKind.ORGANISATION, HERE)], Assignment(role, ScopeKind.ORGANISATION, HERE)
    )


def test_an_officer_names_evaluators_of_the_own_call() -> None:
    evaluator = Assignment(Role.EVALUATOR, ScopeKind.CALL, HERE)
    assert may_give([Assignment(Role.PROGRAMME_OFFICER, ScopeKind.CALL, HERE)], evaluator)
    assert may_give([Assignment(Role.PROGRAMME_OFFICER, ScopeKind.PLATFORM)], evaluator)
    assert not may_give([Assignment(Role.PROGRAMME_OFFICER, ScopeKind.CALL, THERE)], evaluator)
    assert not may_give(
        [Assignment(Role.PROGRAMME_OFFICER, ScopeKind.PLATFORM)],
        Assignment(Role.PROGRAMME_OFFICER, ScopeKind.CALL, HERE),
    )


def test_zones_begin_in_europe() -> None:
    assert zones()[0].startswith("Europe/")
    assert {"Europe/Brussels", "Asia/Yerevan", "UTC"} <= set(zones())
