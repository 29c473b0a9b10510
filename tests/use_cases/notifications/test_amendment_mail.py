"""Mail and tasks about amendments: each time the one who acts next, and the words of the office."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.amendments.queries.work import amendments_to_sign, office_amendments
from tests.builders import amendments as build
from tests.builders.grants import MadeGrant, a_running_grant
from tests.use_cases.notifications.test_grant_mail import contacts, told


def waiting(session: Session, made: MadeGrant) -> tuple[int, int, int]:
    """What waits for the officer, the signatory and the authority."""
    decide = sum(one.to_decide for one in office_amendments(session, made.officer))
    last = sum(one.to_sign for one in office_amendments(session, made.authority))
    return decide, len(amendments_to_sign(session, made.actor(session))), last


def test_whoever_acts_next_hears_of_it_and_finds_it(session: Session) -> None:
    made = a_running_grant(session)
    number = build.a_draft(session, made)
    assert waiting(session, made) == (0, 0, 0)
    build.asked(session, made, number)
    office = told(session, "amendment.requested")
    assert made.officer.email in office
    assert not set(office) & contacts(made)
    path = f"/officer/grants/{made.grant_id}/amendments/{number}"
    assert all(path in text and "16 April 2020" in text for text in office.values())
    assert waiting(session, made) == (1, 0, 0)
    build.decided(session, made, number)
    signatory = made.made.members[0].person.email
    [(address, text)] = told(session, "amendment.decided").items()
    assert address == signatory
    assert f"/grants/{made.grant_id}/amendments/{number}/sign" in text
    assert waiting(session, made) == (0, 1, 0)
    assert not amendments_to_sign(session, made.actor(session, 1))
    build.signed(session, made, number)
    [(address, text)] = told(session, "amendment.signed").items()
    assert address == made.authority.email
    assert f"{path}/sign" in text
    assert waiting(session, made) == (0, 0, 1)
    build.signed_last(session, made, number, now=build.ASKED)
    assert told(session, "amendment.signed") == {}, "the sealed document tells it"
    assert waiting(session, made) == (0, 0, 0)


def test_what_came_back_is_told_with_the_reason(session: Session) -> None:
    made = a_running_grant(session)
    number = build.a_request(session, made)
    build.decided(session, made, number, "return")
    found = told(session, "amendment.decided")
    assert set(found) == contacts(made)
    assert all(build.OFFICE_WHY in text for text in found.values())
    build.asked(session, made, number)
    build.decided(session, made, number, "refuse")
    assert all("stays as it is" in text for text in told(session, "amendment.decided").values())
