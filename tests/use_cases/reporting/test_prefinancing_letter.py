"""The letter about a pre-financing: written once the bank has booked it, once for each, and read by who reads the grant."""

from __future__ import annotations

from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import Event
from app.core.actor import PUBLIC, SYSTEM
from app.core.errors import NotFoundError
from app.core.money import Money
from app.delivery.documents import document_for
from app.documents.queries import documents_of
from app.jobs.write_letters import write_letters
from app.reporting.queries.documents import ABOUT_PAYMENT
from app.reporting.rules.prefinancing_letter import PrefinancingLetterFacts
from app.reporting.use_cases.ask_prefinancing import ask_prefinancing
from app.reporting.use_cases.request_payment import request_payment
from app.reporting.use_cases.write_prefinancing_letter import write_prefinancing_letter
from tests.builders import reporting as build
from tests.builders.people import a_person, actor_for
from tests.use_cases.reporting.test_came_back import LATER, sent_back


def delivered(session: Session, payment_id: UUID) -> None:
    """The job has seen every event of the payment, twice."""
    for event_id in session.scalars(sa.select(Event.id).where(Event.subject_id == payment_id)).all():
        for _ in range(2):
            write_letters(session, event_id, now=LATER)


def letters(session: Session, *payments: UUID) -> list[PrefinancingLetterFacts]:
    found = documents_of(session, ABOUT_PAYMENT, payments)
    return [PrefinancingLetterFacts.model_validate(row.data, strict=False) for row in found]


def test_each_pre_financing_that_was_paid_has_one_letter_with_its_figures(session: Session) -> None:
    made = build.a_reporting_grant(session)
    first = ask_prefinancing(session, made.officer, made.grant_id, now=build.OPENED)
    delivered(session, first)
    assert letters(session, first) == [], "nothing is paid yet"
    build.paid(session, first, now=build.OPENED)
    delivered(session, first)
    [said] = letters(session, first)
    agreement = made.agreement(session).facts
    assert agreement.prefinancing is not None
    assert said.payment.amount == agreement.prefinancing.cash
    assert said.payment.account == agreement.account
    assert said.left == agreement.maximum_grant - agreement.prefinancing.cash
    assert Money.total(share.amount for share in said.shares) == said.payment.amount
    assert said.payment.sheet[-1].amount == said.payment.amount
    sent_back(session, first)
    delivered(session, first)
    again = ask_prefinancing(session, made.officer, made.grant_id, now=LATER)
    build.paid(session, again, now=LATER)
    delivered(session, again)
    assert len(letters(session, first, again)) == 2
    assert letters(session, again)[0].left == said.left, "what came back is not paid"


def test_no_other_payment_has_this_letter(session: Session) -> None:
    made = build.accepted(session)
    payment_id = request_payment(session, made.officer, made.grant_id, 1, now=build.DECIDED)
    build.paid(session, payment_id, now=build.DECIDED)
    delivered(session, payment_id)
    assert letters(session, payment_id) == []


def test_who_reads_the_grant_reads_the_letter_and_nobody_else(session: Session) -> None:
    made = build.a_reporting_grant(session)
    payment_id = ask_prefinancing(session, made.officer, made.grant_id, now=build.OPENED)
    build.paid(session, payment_id, now=build.OPENED)
    letter = write_prefinancing_letter(session, SYSTEM, payment_id, now=build.OPENED)
    assert letter is not None
    for actor in (made.actor(session), made.actor(session, 1), made.officer):
        found, application_id = document_for(session, actor, letter)
        assert (found.id, application_id) == (letter, made.agreement(session).application_id)
    for actor in (actor_for(session, a_person(session)), PUBLIC):
        with pytest.raises(NotFoundError):
            document_for(session, actor, letter)
