"""The agreement is signed in order, by who is mandated, for the text that was shown; the last signature makes it bind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.core.actor import Assignment, Role, ScopeKind
from app.core.errors import NotFoundError, NotPermittedError, TransitionNotAllowedError
from app.documents.queries import document
from app.grants.queries.agreement import signatures_of, versions_of
from app.grants.queries.checking import altered_agreements
from app.grants.rules.agreement_record import AgreementRecord
from app.grants.rules.grant_lifecycle import GrantState
from app.grants.schemas import SignAgreement
from app.grants.use_cases.open_for_signature import open_for_signature
from app.grants.use_cases.sign_agreement import sign_for_authority, sign_for_party
from app.infra.ids import new_id
from tests.builders.grants import IN_FORCE, MadeGrant, a_grant_to_sign, a_running_grant, a_sent_grant, sign
from tests.builders.people import a_person, a_role, actor_for
from tests.use_cases.grants.test_grant_preparation import refused, revoke


def authority_signs(session: Session, made: MadeGrant, *, text: SignAgreement | None = None) -> None:
    sign_for_authority(
        session,
        made.authority,
        made.grant_id,
        text or made.text(session),
        now=IN_FORCE,
    )


def test_the_coordinator_first_the_others_in_any_order_the_authority_last(session: Session) -> None:
    made = a_grant_to_sign(session)
    assert refused(lambda: sign(session, made, 2)) == ["grant.not_your_turn"]
    assert refused(lambda: authority_signs(session, made)) == ["grant.not_your_turn"]
    sign(session, made, 0)
    sign(session, made, 2)
    assert refused(lambda: sign(session, made, 2)) == ["grant.signed_already"]
    assert refused(lambda: authority_signs(session, made)) == ["grant.not_your_turn"]
    sign(session, made, 1)
    assert made.row(session).state == GrantState.SIGNATURE
    authority_signs(session, made)
    assert made.row(session).state == GrantState.RUNNING
    assert made.row(session).entered_into_force_at == IN_FORCE
    found = signatures_of(session, made.grant_id, 1)
    assert [row.order for row in found] == [1, 2, 3, 4]
    assert [row.partner_id for row in found] == [made.partner_id(0), made.partner_id(2), made.partner_id(1), None]
    with pytest.raises(TransitionNotAllowedError):
        authority_signs(session, made)


def test_the_last_signature_asks_for_the_document_with_every_signature(session: Session) -> None:
    made = a_running_grant(session)
    [version] = versions_of(session, made.grant_id)
    assert version.document_id is not None
    asked = document(session, version.document_id)
    assert asked is not None
    record = AgreementRecord.read(asked.data)
    assert record.sha256 == record.agreement.sha256 == version.sha256
    assert [one.party for one in record.signatures][-1] == record.agreement.call.managing_body
    assert {one.sha256 for one in record.signatures} == {version.sha256}


def test_only_the_mandated_person_signs(session: Session) -> None:
    made = a_grant_to_sign(session)
    second = a_person(session)
    a_role(session, second, Role.SIGNATORY, made.made.members[0].organisation.id)

    def as_(actor: object) -> Callable[[], None]:
        return lambda: sign_for_party(
            session,
            actor,  # type: ignore[arg-type]
            made.grant_id,
            made.partner_id(0),
            made.text(session),
            now=IN_FORCE,
        )

    assert refused(as_(actor_for(session, second))) == ["grant.not_mandated"]
    for actor in (made.actor(session, 1), made.officer, made.authority):
        with pytest.raises(NotPermittedError):
            as_(actor)()
    with pytest.raises(NotFoundError):
        as_(actor_for(session, a_person(session)))()


def test_a_signatory_who_left_cannot_sign(session: Session) -> None:
    made = a_grant_to_sign(session)
    revoke(session, made, 0)
    assert refused(lambda: sign(session, made, 0)) == ["grant.mandate_ended"]


def test_what_is_signed_is_what_was_shown(session: Session) -> None:
    made = a_grant_to_sign(session)
    other = SignAgreement(sha256="a" * 64)

    def act() -> None:
        sign_for_party(
            session,
            made.actor(session),
            made.grant_id,
            made.partner_id(0),
            other,
            now=IN_FORCE,
        )

    assert refused(act) == ["grant.other_text"]
    for member in range(3):
        sign(session, made, member)
    assert refused(lambda: authority_signs(session, made, text=other)) == ["grant.other_text"]


def test_who_opened_it_does_not_sign_for_the_authority(session: Session) -> None:
    made = a_grant_to_sign(session)
    for member in range(3):
        sign(session, made, member)
    with pytest.raises(NotPermittedError):
        sign_for_authority(
            session,
            made.officer,
            made.grant_id,
            made.text(session),
            now=IN_FORCE,
        )
    officer = made.ranked.officer
    assert officer.person_id is not None
    session.execute(
        sa.text(
            "insert into role_assignment (id, person_id, role, scope, granted_at) "
            "values (gen_random_uuid(), :person, 'authorising_officer', 'platform', now())"
        ),
        {"person": officer.person_id},
    )
    from app.accounts.queries import actor_of_person  # only here

    both = actor_of_person(session, officer.person_id)
    assert refused(
        lambda: sign_for_authority(
            session,
            both,
            made.grant_id,
            made.text(session),
            now=IN_FORCE,
        )
    ) == ["grant.authority_four_eyes"]


def test_nobody_signs_for_somebody_else_and_a_delegate_counts_as_the_colleague(session: Session) -> None:
    made = a_grant_to_sign(session)
    assert made.officer.person_id is not None
    standing_in = replace(made.actor(session), acting_for=new_id(), acting_for_name="A colleague")
    with pytest.raises(NotPermittedError, match="You act for A colleague"):
        sign_for_party(session, standing_in, made.grant_id, made.partner_id(0), made.text(session), now=IN_FORCE)
    for member in range(3):
        sign(session, made, member)
    both = replace(made.authority, also=frozenset({made.officer.person_id}))
    act = partial(sign_for_authority, session, both, made.grant_id, made.text(session), now=IN_FORCE)
    assert refused(act) == ["grant.authority_four_eyes"]


def test_nothing_is_signed_before_it_is_opened(session: Session) -> None:
    made = a_sent_grant(session)
    with pytest.raises(TransitionNotAllowedError):
        sign_for_party(
            session,
            made.actor(session),
            made.grant_id,
            made.partner_id(0),
            SignAgreement(sha256="a" * 64),
            now=IN_FORCE,
        )


@pytest.mark.parametrize(
    "statement",
    [
        "update grant_version set sha256 = repeat('0', 64)",
        "update grant_version set document_id = null",
        "delete from grant_version",
        "update grant_signature set capacity = 'Nobody'",
        "delete from grant_signature",
        "update \"grant\" set reference = 'X'",
        'update "grant" set entered_into_force_at = now()',
        'delete from "grant"',
    ],
)
def test_what_was_signed_cannot_be_changed_by_any_program(session: Session, statement: str) -> None:
    a_running_grant(session)
    with pytest.raises(DBAPIError, match="never changed"), session.begin_nested():
        session.execute(sa.text(statement))


def test_a_text_that_was_altered_behind_the_program_is_found(session: Session) -> None:
    made = a_running_grant(session)
    assert altered_agreements(session) == []
    session.execute(sa.text("alter table grant_version disable trigger user"))
    session.execute(sa.text("""update grant_version set snapshot = snapshot || '{"acronym": "OTHER"}'"""))
    assert altered_agreements(session) == [f"{made.row(session).reference}, version 1"]


def test_nobody_signs_for_both_sides(session: Session) -> None:
    made = a_sent_grant(session)
    member_of = Assignment(Role.MEMBER, ScopeKind.ORGANISATION, made.made.members[1].organisation.id)
    partial_officer = replace(made.officer, assignments=(*made.officer.assignments, member_of))
    assert refused(partial(open_for_signature, session, partial_officer, made.grant_id, now=IN_FORCE)) == [
        "interest.of_a_party"
    ]
    open_for_signature(session, made.officer, made.grant_id, now=IN_FORCE)
    officer, coordinator = made.officer.person_id, made.made.members[0].person.id
    mandate = sa.text("update grant_partner set signatory_id = :person where partner_id = :partner")
    session.execute(mandate, {"person": officer, "partner": made.partner_id(0)})
    own = partial(
        sign_for_party, session, made.officer, made.grant_id, made.partner_id(0), made.text(session), now=IN_FORCE
    )
    assert "grant.acted_for_authority" in refused(own), "who opened it"
    session.execute(mandate, {"person": coordinator, "partner": made.partner_id(0)})
    for member in range(3):
        sign(session, made, member)
    inside = replace(made.authority, assignments=(*made.authority.assignments, member_of))
    both = replace(made.authority, also=frozenset({coordinator}))
    for actor, expected in ((inside, "interest.of_a_party"), (both, "grant.signed_for_party")):
        act = partial(sign_for_authority, session, actor, made.grant_id, made.text(session), now=IN_FORCE)
        assert refused(act) == [expected]
    row = made.agreement(session)
    values = {"grant": made.grant_id, "version": row.version, "sha256": row.sha256}
    statement = sa.text(
        'insert into grant_signature (grant_id, version, "order", person_id, capacity, authentication, signed_at, sha256) '
        "values (:grant, :version, 4, :person, 'x', 'password', now(), :sha256)"
    )
    for person, words in ((coordinator, "for both sides"), (officer, "who opened an agreement")):
        with pytest.raises(DBAPIError, match=words), session.begin_nested():
            session.execute(statement, values | {"person": person})
    authority_signs(session, made)
