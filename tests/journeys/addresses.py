"""Every page of the demo with somebody who may see it: for the accessibility checks and for the pictures."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from app.accounts.models import Person, RoleAssignment
from app.accounts.queries import credentials_of
from app.accounts.use_cases.invite_person import invitation_token
from app.accounts.use_cases.reset_password import reset_token
from app.applications.models import Application, Submission
from app.audit.models import Event
from app.calls.models import Call
from app.core.actor import Role
from app.data_protection.models import ErasureRequest
from app.documents.models import Document
from app.evaluation.models import Assignment, EvaluationRound, IndividualReport, JudgedApplication
from app.organisations.models import Organisation
from app.partnerships.models import Partner
from app.partnerships.rules.lifecycle import PartnerState
from tests.builders.people import an_invitation
from tests.journeys.address import Address
from tests.journeys.grant_addresses import FINANCE, OFFICER, grant_addresses

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.delivery.runtime import Runtime

ADMINISTRATOR, AUDITOR = "admin@grappe.example", "auditor@grappe.example"
MEMBER = "luis.ferreira@committee.example"
NEWCOMER, NOBODY = "newcomer@grappe.example", ""
SECTIONS = ("general", "partnership", "activities", "results", "budget", "description", "declarations")


def addresses(runtime: Runtime) -> list[Address]:
    """Every page of every audience, with real ids."""
    with runtime.database.transaction() as session:
        found = _Demo(session, runtime)
        return [
            *_public(found),
            *_account(found),
            *_applicant(found),
            *_office(found),
            *_evaluation(found),
            *grant_addresses(session),
            *_administration(found),
        ]


class _Demo:
    """Where the demo keeps what the pages are about."""

    def __init__(self, session: Session, runtime: Runtime) -> None:
        self.session, self.now, self.signer = session, runtime.clock.now(), runtime.signer
        calls = session.execute(sa.select(Call).order_by(Call.identifier)).scalars().all()
        self.closed = calls[0]
        self.open = next(call for call in calls if call.state == "published")
        self.editions = {call.identifier[-2:]: call for call in calls}
        """The demo's other editions by the end of their identifier: 03 is being checked, 04 judged, 05 ranked."""
        self.over = self.application("CIRCTEX")

    def application(self, acronym: str) -> Application:
        return self.session.execute(
            sa.select(Application).where(Application.acronym == acronym, Application.call_id == self.open.id)
        ).scalar_one()

    def one(self, state: str, call_id: UUID, *, sent: bool = False) -> Application:
        """The application of a call in this state that was submitted most often."""
        statement = sa.select(Application).where(Application.state == state, Application.call_id == call_id)
        if sent:
            statement = statement.where(Application.last_submission_id.is_not(None))
        versions = sa.select(sa.func.count()).where(Submission.application_id == Application.id).scalar_subquery()
        return self.session.execute(statement.order_by(versions.desc(), Application.number)).scalars().first()  # type: ignore[return-value]

    def judged(self, state: str = "") -> JudgedApplication:
        """An application of the edition that experts judge now, in this state."""
        statement = sa.select(JudgedApplication).join(EvaluationRound, EvaluationRound.id == JudgedApplication.round_id)
        statement = statement.where(EvaluationRound.call_id == self.editions["04"].id)
        if state:
            statement = statement.where(JudgedApplication.state == state)
        return self.session.execute(statement.order_by(JudgedApplication.application_id)).scalars().first()  # type: ignore[return-value]

    def at_work(self, state: str) -> Assignment:
        """An assignment whose report is in this state."""
        statement = sa.select(Assignment).join(IndividualReport, IndividualReport.assignment_id == Assignment.id)
        return self.session.execute(statement.where(IndividualReport.state == state)).scalars().first()  # type: ignore[return-value]

    def expert_of(self, judged: JudgedApplication) -> UUID:
        """The rapporteur of an application."""
        statement = sa.select(Assignment.person_id).where(
            Assignment.application_id == judged.application_id, Assignment.rapporteur
        )
        return self.session.execute(statement).scalars().one()

    def email(self, person_id: UUID | None) -> str:
        return self.session.execute(sa.select(Person.email).where(Person.id == person_id)).scalar_one()

    def invited(self) -> Partner:
        statement = sa.select(Partner).where(
            Partner.state == PartnerState.INVITED, Partner.organisation_id.is_not(None)
        )
        return self.session.execute(statement.order_by(Partner.invited_at)).scalars().first()  # type: ignore[return-value]


def _public(demo: _Demo) -> list[Address]:
    sealed = demo.session.execute(
        sa.select(Document.verification_code).order_by(Document.sealed_at.desc().nulls_last())
    ).scalars()
    offer = an_invitation(demo.session, expires_at=demo.now + timedelta(days=3), invited_at=demo.now)
    link = invitation_token(demo.signer, offer.id, expires_at=offer.expires_at)
    person = demo.session.execute(sa.select(Person.id).where(Person.email == NEWCOMER)).scalar_one()
    known = credentials_of(demo.session, person)
    assert known is not None
    pages = {
        "home": "/",
        "calls": "/calls",
        "calls-found": "/calls?q=excellence&phase=closed",
        "calls-empty": "/calls?q=nothing+of+the+kind",
        "call-open": f"/calls/{demo.open.identifier}",
        "call-closed": f"/calls/{demo.closed.identifier}",
        "verify": "/verify",
        "verified": f"/verify/{sealed.first()}",
        "accessibility": "/accessibility",
        "data-protection": "/data-protection",
        "privacy": "/privacy",
        "api": "/api",
        "sign-in": "/sign-in",
        "register": "/register",
        "register-sent": "/register/sent",
        "password": "/password",
        "password-sent": "/password/sent",
        "password-new": f"/password/{reset_token(demo.signer, known, now=demo.now)}",
        "link-over": "/confirm-email/too-old",
        "invitation": f"/invitations/{link}",
        "mailbox": "/mailbox",
        "not-found": "/nowhere",
    }
    shown = [Address(name, path, NOBODY) for name, path in pages.items()]
    return [
        *shown,
        Address("register-refused", "/register", NOBODY, "Continue"),
        Address("sign-in-refused", "/sign-in", NOBODY, "Sign in"),
        Address("verify-refused", "/verify", NOBODY, "Check"),
    ]


def _account(demo: _Demo) -> list[Address]:
    coordinator = demo.email(demo.over.created_by)
    return [
        Address("tasks-newcomer", "/tasks", NEWCOMER),
        Address("tasks-applicant", "/tasks", coordinator),
        Address("tasks-officer", "/tasks", OFFICER),
        Address("account", "/account", coordinator),
        Address("account-details", "/account/details", coordinator),
        Address("account-password", "/account/password", coordinator, "Save"),
        Address("account-tokens", "/account/tokens", coordinator),
        Address("account-data", "/account/data", coordinator),
        Address("account-erasure", "/account/erasure", coordinator),
        Address("account-delegation", "/account/delegation", OFFICER),
        Address("second-step-none", "/account/second-step", coordinator, "Continue"),
        Address("second-step", "/account/second-step", OFFICER),
        Address("second-step-remove", "/account/second-step/remove", OFFICER),
        Address("recovery-codes", "/account/second-step", OFFICER, "Make new recovery codes"),
        Address("forbidden", "/admin/people", coordinator),
    ]


def _applicant(demo: _Demo) -> list[Address]:
    who = demo.email(demo.over.created_by)
    base = f"/applications/{demo.over.id}"
    sent = demo.one("submitted", demo.open.id, sent=True)
    sender, sent_base = demo.email(sent.created_by), f"/applications/{sent.id}"
    taken_back = demo.one("withdrawn", demo.open.id)
    past = demo.one("submitted", demo.closed.id)
    asked = demo.invited()
    answering = (
        demo.session.execute(
            sa.select(Person.email)
            .join(RoleAssignment, RoleAssignment.person_id == Person.id)
            .where(RoleAssignment.role == Role.REPRESENTATIVE, RoleAssignment.scope_id == asked.organisation_id)
        )
        .scalars()
        .first()
    )
    assert answering is not None
    partners = sa.select(Partner).where(Partner.partnership_id == demo.over.id).order_by(Partner.position)
    partner = demo.session.execute(partners).scalars().all()[-1]
    organisation = demo.session.execute(
        sa.select(Organisation.id).where(Organisation.short_name == "Norte Têxtil")
    ).scalar_one()
    own = {
        "applications": "/applications",
        "apply": f"/calls/{demo.open.identifier}/apply",
        "apply-closed": f"/calls/{demo.closed.identifier}/apply",
        "application-over": base,
        "budget-over": f"{base}/budget",
        "partnership": f"{base}/partnership?q=cluster",
        "partner-remove": f"{base}/partners/{partner.id}/remove",
        "attachments": f"{base}/attachments",
        "check-over": f"{base}/check",
        "timeline": f"{base}/timeline",
        "withdraw": f"{base}/withdraw",
        "organisations": "/organisations",
        "organisation-new": "/organisations/new",
        "organisation-search": "/organisations/search?q=cluster",
        "organisation": f"/organisations/{organisation}",
        "organisation-edit": f"/organisations/{organisation}/edit",
        "organisation-platform": f"/organisations/{organisation}/platform",
        **{f"section-{section}": f"{base}/sections/{section}" for section in SECTIONS},
        "section-told": f"{base}/sections/results?check=1",
    }
    return [
        *(Address(name, path, who) for name, path in own.items()),
        Address("organisation-refused", "/organisations/new", who, "Register"),
        Address("withdraw-refused", f"{base}/withdraw", who, "Withdraw"),
        Address("applications-newcomer", "/applications", NEWCOMER),
        Address("apply-newcomer", f"/calls/{demo.open.identifier}/apply", NEWCOMER),
        Address("answer-invitation", f"/applications/{asked.partnership_id}/partners/{asked.id}/answer", answering),
        Address("application-submitted", sent_base, sender),
        Address("submitted", f"{sent_base}/submitted/{sent.last_submission_id}", sender),
        Address("version", f"{sent_base}/versions/2", sender),
        Address("check-submitted", f"{sent_base}/check", sender),
        Address("timeline-submitted", f"{sent_base}/timeline", sender),
        Address("application-withdrawn", f"/applications/{taken_back.id}", demo.email(taken_back.created_by)),
        Address("application-past", f"/applications/{past.id}", demo.email(past.created_by)),
        Address("clarifications", f"/applications/{past.id}/clarifications", demo.email(past.created_by)),
        Address("declarations", f"/applications/{past.id}/declarations", demo.email(past.created_by)),
        Address("section-past", f"/applications/{past.id}/sections/general", demo.email(past.created_by)),
        Address("budget-past", f"/applications/{past.id}/budget", demo.email(past.created_by)),
    ]


def _office(demo: _Demo) -> list[Address]:
    closed, opened = f"/officer/calls/{demo.closed.id}", f"/officer/calls/{demo.open.id}"
    past = demo.one("submitted", demo.closed.id)
    pages = {
        "officer-calls": "/officer/calls",
        "officer-call-new": "/officer/calls/new",
        "officer-call-closed": closed,
        "officer-call-open": opened,
        "officer-preview": f"{opened}/preview",
        "officer-correct": f"{opened}/correct",
        "officer-try": f"{opened}/try",
        "officer-withdraw": f"{opened}/withdraw",
        "envelope": f"{closed}/envelope",
        "envelope-entries": f"{closed}/envelope/entries",
        "officer-application": f"/officer/applications/{past.id}",
        "officer-checks": f"{closed}/checks",
        "officer-checks-confirm": f"{closed}/checks/confirm",
        "officer-application-checks": f"/officer/applications/{past.id}/checks",
    }
    shown = [Address(name, path, OFFICER) for name, path in pages.items()]
    return [
        *shown,
        Address("officer-import-refused", "/officer/calls/new", OFFICER, "Import as a draft"),
        Address("finance-calls", "/officer/calls", FINANCE),
        Address("finance-envelope", f"{opened}/envelope", FINANCE),
    ]


def _evaluation(demo: _Demo) -> list[Address]:
    """The pages between closing and letters: of the office, of experts, of the committee, of an applicant."""
    closed, judged = f"/officer/calls/{demo.closed.id}", f"/officer/calls/{demo.editions['04'].id}"
    ranked = demo.editions["05"].id
    pages = {
        "office-experts": f"{judged}/experts",
        "office-assignments": f"{judged}/assignments",
        "office-evaluation": f"{judged}/evaluation",
        "office-committee": f"{closed}/committee",
        "office-panel": f"/officer/calls/{ranked}/panel",
        "office-ranking": f"{closed}/ranking",
        "office-awards": f"{closed}/awards",
        "office-letters": f"{closed}/letters",
        "office-what-if": f"/panel/{ranked}/what-if",
        "office-judged": f"/officer/applications/{demo.judged().application_id}/evaluation",
    }
    report, room = demo.at_work("draft"), demo.judged("consensus")
    outcome = demo.one("submitted", demo.closed.id)
    return [
        *(Address(name, path, OFFICER) for name, path in pages.items()),
        Address("expert-queue", "/evaluation", demo.email(report.person_id)),
        Address("expert-report", f"/evaluation/{report.id}", demo.email(report.person_id)),
        Address(
            "consensus-room",
            f"/evaluation/applications/{room.application_id}/consensus",
            demo.email(demo.expert_of(room)),
        ),
        Address("panel-rounds", "/panel", MEMBER),
        Address("panel-ranking", f"/panel/{ranked}", MEMBER),
        Address("panel-vote", f"/panel/{ranked}/vote", MEMBER),
        Address("outcome", f"/applications/{outcome.id}/outcome", demo.email(outcome.created_by)),
    ]


def _administration(demo: _Demo) -> list[Address]:
    event = demo.session.execute(sa.select(Event.id).where(Event.kind == "application.submitted")).scalars().first()
    person = demo.session.execute(sa.select(Person.id).where(Person.email == OFFICER)).scalar_one()
    erasure = demo.session.execute(sa.select(ErasureRequest.id)).scalars().first()
    return [
        Address("events", "/audit/events", AUDITOR),
        Address("events-filtered", "/audit/events?kind=application.submitted", AUDITOR),
        Address("event", f"/audit/events/{event}", AUDITOR),
        Address("audit-roots", "/audit/roots", AUDITOR),
        Address("audit-verify", "/audit/verify", AUDITOR),
        Address("audit-verified", "/audit/verify?run=1", AUDITOR),
        Address("auditor-calls", "/officer/calls", AUDITOR),
        Address("people", "/admin/people", ADMINISTRATOR),
        Address("person", f"/admin/people/{person}", ADMINISTRATOR),
        Address("invitations", "/admin/invitations", ADMINISTRATOR),
        Address("invite", "/admin/invitations/new", ADMINISTRATOR),
        Address("invite-refused", "/admin/invitations/new", ADMINISTRATOR, "Send"),
        Address("programmes", "/officer/programmes", ADMINISTRATOR),
        Address("delegations", "/admin/delegations", ADMINISTRATOR),
        Address("delegation-new", "/admin/delegations/new", ADMINISTRATOR),
        Address("erasures", "/admin/erasures", ADMINISTRATOR),
        Address("erasure", f"/admin/erasures/{erasure}", ADMINISTRATOR),
        Address("retention", "/admin/retention", ADMINISTRATOR),
        Address("retention-kind", "/admin/retention/draft", ADMINISTRATOR),
    ]
