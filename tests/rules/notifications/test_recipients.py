"""Who hears of what: the right part of the circle, each address once, nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.infra.ids import new_id
from app.notifications.rules.facts import Addressee, Circle, Happening
from app.notifications.rules.recipients import LETTERS, letter_for, letters_to
from tests.conftest import NOW
from tests.support.events import event_classes

EVERYBODY = Circle(
    person=(Addressee("person@example.org"),),
    invited=(Addressee("invited@example.org"),),
    coordinators=(Addressee("coordinator@example.org"),),
    partners=(Addressee("partner@example.org"),),
    gone=(Addressee("gone@example.org"),),
    applicants=(Addressee("applicant@example.org"),),
    officers=(Addressee("officer@example.org"),),
    committee=(Addressee("committee@example.org"),),
    experts=(Addressee("expert@example.org"),),
)


def happening(kind: str, circle: Circle = EVERYBODY, **facts: Any) -> Happening:
    return Happening(event_id=new_id(), kind=kind, subject_id=new_id(), facts=facts, occurred_at=NOW, circle=circle)


@pytest.mark.parametrize(
    ("kind", "facts", "who"),
    [
        ("person.registered", {}, {"person"}),
        ("person.registered_again", {}, {"person"}),
        ("person.sign_in_paused", {}, {"person"}),
        ("password.reset_requested", {}, {"person"}),
        ("password.changed", {}, {"person"}),
        ("second_factor.enrolled", {}, {"person"}),
        ("second_factor.removed", {}, {"person"}),
        ("recovery_code.made", {}, {"person"}),
        ("recovery_code.used", {}, {"person"}),
        ("second_step.paused", {}, {"person"}),
        ("second_step.failed", {}, set()),
        ("invitation.made", {}, {"invited"}),
        ("partner.invited", {}, {"invited"}),
        ("partner.answered", {}, {"coordinator"}),
        ("partner.ended", {"how": "left"}, {"coordinator"}),
        ("partner.ended", {"how": "removed"}, {"gone"}),
        ("application.started", {}, set()),
        ("application.submitted", {}, {"coordinator", "partner"}),
        ("application.withdrawn", {}, {"coordinator", "partner"}),
        ("application.not_submitted", {}, {"coordinator", "partner"}),
        ("document.sealed", {"document": "receipt"}, {"coordinator", "partner"}),
        ("document.sealed", {"document": "grant_agreement"}, {"coordinator", "partner"}),
        ("document.sealed", {"document": "grant_amendment"}, {"coordinator", "partner"}),
        ("amendment.requested", {}, {"officer"}),
        ("amendment.decided", {"decision": "returned"}, {"coordinator", "partner"}),
        ("amendment.saved", {}, set()),
        ("document.sealed", {"document": "ranking_record"}, set()),
        ("call.published", {}, set()),
        ("call.corrected", {}, {"applicant"}),
        ("call.withdrawn", {}, {"applicant"}),
        ("call.closed", {}, {"officer"}),
        ("assignment.made", {}, {"person"}),
        ("assignment.answered", {}, set()),
        ("expert.reminded", {}, {"person"}),
        ("committee.seated", {"how": "given"}, {"person"}),
        ("committee.seated", {"how": "taken"}, set()),
        ("ranking.proposed", {}, {"committee"}),
        ("ranking.adopted", {}, set()),
        ("consensus.proposed", {}, {"expert"}),
        ("report.decided", {"how": "returned"}, {"expert"}),
        ("report.decided", {"how": "voided"}, {"expert"}),
        ("application.section_saved", {}, set()),
    ],
)
def test_each_event_reaches_its_people_and_nobody_else(kind: str, facts: dict[str, Any], who: set[str]) -> None:
    assert {one.address for _, one in letters_to(happening(kind, **facts))} == {f"{name}@example.org" for name in who}


def test_every_letter_belongs_to_an_event_that_is_delivered() -> None:
    delivered = {kind.kind for kind in event_classes() if kind.delivers}
    assert set(LETTERS) <= delivered


def test_only_links_that_open_something_are_secret() -> None:
    with_token = {kind for kind, letter in LETTERS.items() if "{token}" in letter.link}
    assert with_token == {kind for kind, letter in LETTERS.items() if letter.secret}
    assert with_token == {"person.registered", "password.reset_requested", "invitation.made"}


def test_links_that_somebody_waits_for_overtake_messages_to_many() -> None:
    slowest_link = min(letter.urgency for letter in LETTERS.values() if letter.secret)
    to_many = [LETTERS[kind].urgency for kind in ("call.corrected", "call.withdrawn", "application.not_submitted")]
    assert max(to_many) < slowest_link


addresses = st.lists(st.sampled_from(["a@example.org", "A@example.org", "b@example.org", "c@example.org"]), max_size=6)


@given(coordinators=addresses, partners=addresses)
def test_every_address_gets_one_letter_whatever_its_roles(coordinators: list[str], partners: list[str]) -> None:
    circle = Circle(
        coordinators=tuple(map(Addressee, coordinators)),
        partners=tuple(map(Addressee, partners)),
        officers=(Addressee("officer@example.org"),),
        committee=(Addressee("committee@example.org"),),
    )
    told = [one.address.lower() for _, one in letters_to(happening("application.submitted", circle))]
    assert len(told) == len(set(told))
    assert set(told) == {address.lower() for address in coordinators + partners}


def test_a_kind_without_letter_has_no_recipients() -> None:
    unknown = happening("letter.sent")
    assert letter_for(unknown) is None
    assert letters_to(unknown) == ()
