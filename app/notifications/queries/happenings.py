"""An event with everything that must be known to write about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.applications.models import Application, ClarificationRequest, Submission
from app.applications.queries.applied_call import applied_call
from app.audit.queries import EventFilter, EventRow, event, events_page
from app.calls import queries as calls
from app.calls.models import Call
from app.calls.rules.changes import Change, changes_between
from app.core.actor import Role
from app.core.money import Money
from app.core.paging import PageRequest
from app.data_protection.queries.requests import erasure
from app.evaluation.rules.committee import Seat
from app.notifications.queries import addressees
from app.notifications.queries import evaluation_happenings as evaluation
from app.notifications.queries.amendment_happenings import of_amendment
from app.notifications.queries.grant_happenings import of_grant
from app.notifications.queries.payment_happenings import of_payment
from app.notifications.queries.report_happenings import of_consensus, of_report
from app.notifications.queries.told_calls import call_facts
from app.notifications.rules.facts import Addressee, ApplicationFacts, Circle, Happening
from app.organisations.models import Organisation
from app.partnerships.models import Partner
from app.partnerships.rules.lifecycle import PartnerState
from app.reporting.queries.reports import reason_of

_MOST_ANSWERS = 1000
_Filler = Callable[[Session, EventRow, Happening], Happening]


def happening(session: Session, event_id: UUID) -> Happening | None:
    """The event and its circle; None for one that does not exist or that nobody is told of."""
    row = event(session, event_id)
    fill = _FILLERS.get(row.kind.partition(".")[0]) if row else None
    if row is None or fill is None:
        return None
    names = accounts.names_of(session, [row.actor_id])
    bare = Happening(
        event_id=row.id,
        kind=row.kind,
        subject_id=row.subject_id,
        facts=row.facts,
        occurred_at=row.occurred_at,
        actor=names.get(row.actor_id, "") if row.actor_id else "",
    )
    return fill(session, row, bare)


def _of_person(session: Session, row: EventRow, bare: Happening) -> Happening:
    return replace(bare, circle=Circle(person=addressees.person(session, row.subject_id)))


def _of_delegation(session: Session, row: EventRow, bare: Happening) -> Happening:
    """Both people; ``partner`` is the one whose tasks it is about, ``partner_role`` the one who acts for them."""
    found = accounts.delegation(session, row.subject_id, now=row.occurred_at)
    if found is None:
        return bare
    both = (*addressees.person(session, found.person_id), *addressees.person(session, found.delegate_id))
    return replace(
        bare, partner=found.person, partner_role=found.delegate, until=found.last_day, circle=Circle(person=both)
    )


def _of_erasure(session: Session, row: EventRow, bare: Happening) -> Happening:
    """A request that was refused, with the reason."""
    found = erasure(session, row.subject_id)
    if found is None:
        return bare
    return replace(bare, words=found.reason, circle=Circle(person=addressees.person(session, found.person_id)))


def _of_invitation(session: Session, row: EventRow, bare: Happening) -> Happening:
    """The offer, as long as it stands."""
    found = accounts.invitation(session, row.subject_id, now=row.occurred_at)
    if found is None:
        return bare
    invited = addressees.address(session, found.email)
    return replace(bare, until=found.expires_at, circle=Circle(invited=invited))


def _of_partner(session: Session, row: EventRow, bare: Happening) -> Happening:
    known = _of_application(session, row, bare)
    statement = (
        sa.select(
            sa.func.coalesce(Organisation.legal_name, Partner.invited_email),
            Partner.role,
            Partner.message,
            Partner.organisation_id,
            Partner.invited_email,
        )
        .outerjoin(Organisation, Organisation.id == Partner.organisation_id)
        .where(Partner.id == UUID(str(row.facts["partner"])))
    )
    name, role, message, organisation_id, invited_email = session.execute(statement).one()
    asked = (
        addressees.speakers(session, organisation_id)
        if organisation_id is not None
        else addressees.address(session, invited_email or "")
    )
    gone = _who_accepted(session, row) or asked
    circle = replace(known.circle, invited=asked, gone=gone)
    return replace(known, partner=name, partner_role=role, words=message, circle=circle)


def _who_accepted(session: Session, row: EventRow) -> tuple[Addressee, ...]:
    """The person who had accepted for the partner of this event."""
    wanted = EventFilter(kind="partner.answered", application_id=row.application_id)
    for earlier in events_page(session, wanted, PageRequest(size=_MOST_ANSWERS)).rows:
        same = earlier.seq < row.seq and earlier.facts["partner"] == row.facts["partner"]
        if same and earlier.actor_id is not None and earlier.facts["answer"] == PartnerState.ACCEPTED:
            return addressees.person(session, earlier.actor_id)
    return ()


_OF_APPLICATIONS = frozenset(
    {
        "information_letter",
        "rejection_letter",
        "grant_agreement",
        "grant_amendment",
        "payment_letter",
        "recovery_announcement",
        "recovery_note",
    }
)
"""Kinds of document whose event names the application that they belong to."""


def _of_document(session: Session, row: EventRow, bare: Happening) -> Happening:
    """A receipt belongs to the application whose submission it is about, a decision to the one that it names."""
    if row.facts.get("document") in _OF_APPLICATIONS:
        return _of_application(session, row, bare)
    if row.facts.get("document") != "receipt":
        return bare
    statement = sa.select(Submission.application_id).where(Submission.id == UUID(str(row.facts["about"])))
    return _of_application(session, replace(row, application_id=session.execute(statement).scalar_one()), bare)


def _of_application(session: Session, row: EventRow, bare: Happening) -> Happening:
    statement = sa.select(Application).where(Application.id == row.application_id)
    application = session.scalars(statement).one()
    call = applied_call(session, application.call_id)
    circle = Circle(
        coordinators=addressees.contacts(session, application.id, Role.COORDINATOR_CONTACT),
        partners=addressees.contacts(session, application.id, Role.PARTNER_CONTACT),
    )
    facts = ApplicationFacts(
        application.id, application.reference, application.acronym, application.last_submission_id is not None
    )
    received = row.facts.get("received_at")
    return replace(
        bare,
        call=call_facts(call, application.stage),
        application=facts,
        received_at=datetime.fromisoformat(received) if received else None,
        circle=circle,
    )


def _of_clarification(session: Session, row: EventRow, bare: Happening) -> Happening:
    """A question to a consortium: its words or those of the decision, when it is due, and the officer who asked."""
    known = _of_application(session, row, bare)
    asked = session.get_one(ClarificationRequest, row.subject_id)
    words = asked.question if row.kind == "clarification.asked" else asked.decision_words
    officers = addressees.person(session, asked.asked_by) if asked.asked_by else ()
    return replace(known, words=words, until=asked.due_at, circle=replace(known.circle, officers=officers))


def _of_call(session: Session, row: EventRow, bare: Happening) -> Happening:
    if row.kind not in {"call.corrected", "call.withdrawn", "call.closed"}:
        return bare
    call = applied_call(session, row.subject_id)
    circle = (
        Circle(officers=addressees.officers(session, call.id, call.programme_id))
        if row.kind == "call.closed"
        else Circle(applicants=addressees.applicants(session, call.id))
    )
    reason = sa.select(Call.withdrawal_reason).where(Call.id == call.id)
    return replace(
        bare,
        call=call_facts(call),
        words=session.execute(reason).scalar_one(),
        changes=_changes(session, row) if row.kind == "call.corrected" else (),
        counts=_counts(session, call.id) if row.kind == "call.closed" else {},
        circle=circle,
    )


def _of_committee(session: Session, row: EventRow, bare: Happening) -> Happening:
    """A seat that was given, or a ranking on which members vote."""
    if row.kind not in {"committee.seated", "ranking.proposed"} or row.call_id is None:
        return bare
    call = applied_call(session, row.call_id)
    circle = (
        Circle(person=addressees.person(session, UUID(str(row.facts["person"]))))
        if row.kind == "committee.seated"
        else Circle(committee=addressees.committee(session, row.subject_id, Seat.PANEL_MEMBER))
    )
    return replace(bare, call=call_facts(call), circle=circle)


def _of_reporting(session: Session, row: EventRow, bare: Happening) -> Happening:
    """What happens to a report of a grant: its consortium, its officers, and the words of the office."""
    if row.call_id is None:
        return bare
    known = _of_application(session, row, bare)
    call = applied_call(session, row.call_id)
    period = row.facts.get("period")
    words = reason_of(session, row.subject_id, int(str(period))) if period is not None else ""
    circle = replace(known.circle, officers=addressees.officers(session, call.id, call.programme_id))
    amounts = {name: Money.parse(str(one["amount"])) for name, one in row.facts.items() if _is_money(one)}
    stated = row.facts.get("correct_by")
    due_on = date.fromisoformat(str(stated)) if stated else None
    return replace(known, words=words, amounts=amounts, due_on=due_on, circle=circle)


def _is_money(value: object) -> bool:
    return isinstance(value, dict) and value.keys() == {"amount", "currency"}


def _changes(session: Session, row: EventRow) -> tuple[Change, ...]:
    """What the version of this event changed in the one that it replaced."""
    versions = {version.sha256: version.id for version in calls.versions(session, row.subject_id)}
    before, after = (calls.rules_of_version(session, versions[str(row.facts[name])]) for name in ("replaces", "sha256"))
    return changes_between(before, after)


def _counts(session: Session, call_id: UUID) -> dict[str, int]:
    statement = (
        sa.select(Application.state, sa.func.count()).where(Application.call_id == call_id).group_by(Application.state)
    )
    return dict(session.execute(statement).all())


_FILLERS: dict[str, _Filler] = {
    "person": _of_person,
    "password": _of_person,
    "second_factor": _of_person,
    "second_step": _of_person,
    "recovery_code": _of_person,
    "delegation": _of_delegation,
    "erasure": _of_erasure,
    "invitation": _of_invitation,
    "partner": _of_partner,
    "application": _of_application,
    "clarification": _of_clarification,
    "document": _of_document,
    "call": _of_call,
    "assignment": evaluation.of_assignment,
    "expert": evaluation.of_reminder,
    "committee": _of_committee,
    "ranking": _of_committee,
    "consensus": of_consensus,
    "report": of_report,
    "grant": of_grant,
    "amendment": of_amendment,
    "reporting": _of_reporting,
    "payment": of_payment,
}
