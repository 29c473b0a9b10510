from uuid import UUID

from app.core.actor import PUBLIC, SYSTEM, Actor, Assignment, Role, ScopeKind

HERE, THERE = UUID(int=1), UUID(int=2)
OFFICER = Actor(
    person_id=UUID(int=9),
    name="Ada",
    assignments=(
        Assignment(Role.PROGRAMME_OFFICER, ScopeKind.CALL, HERE),
        Assignment(Role.EVALUATOR, ScopeKind.CALL, THERE),
        Assignment(Role.AUDITOR, ScopeKind.PLATFORM),
    ),
)


def test_a_role_counts_only_in_its_scope() -> None:
    assert OFFICER.has(Role.PROGRAMME_OFFICER)
    assert OFFICER.has(Role.PROGRAMME_OFFICER, scope=ScopeKind.CALL, scope_id=HERE)
    assert not OFFICER.has(Role.PROGRAMME_OFFICER, scope=ScopeKind.CALL, scope_id=THERE)
    assert not OFFICER.has(Role.PROGRAMME_OFFICER, scope=ScopeKind.PLATFORM)
    assert not OFFICER.has(Role.ADMINISTRATOR)
    assert OFFICER.has(Role.AUDITOR, scope=ScopeKind.PLATFORM)


def test_scopes_are_listed_by_role() -> None:
    assert OFFICER.ids(ScopeKind.CALL) == {HERE, THERE}
    assert OFFICER.ids(ScopeKind.CALL, Role.EVALUATOR) == {THERE}
    assert OFFICER.ids(ScopeKind.PLATFORM) == frozenset()
    assert [a.role for a in OFFICER.scopes_of(Role.EVALUATOR, Role.AUDITOR)] == [Role.EVALUATOR, Role.AUDITOR]


def test_only_a_person_is_signed_in() -> None:
    assert OFFICER.signed_in
    assert not PUBLIC.signed_in
    assert not SYSTEM.signed_in
    assert SYSTEM.system
    assert not PUBLIC.system


def test_a_token_opens_only_its_scopes() -> None:
    token = Actor(person_id=UUID(int=9), token_scopes=frozenset({"calls:read"}))
    assert token.may_use("calls:read")
    assert not token.may_use("calls:write")
    assert not Actor(person_id=UUID(int=9), token_scopes=frozenset()).may_use("calls:read")
    assert OFFICER.may_use("calls:write")
