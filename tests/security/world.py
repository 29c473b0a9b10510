"""Two worlds that must not see each other: each with a programme, calls, organisations, applications and people."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from app.accounts.models import ApiToken, Person
from app.accounts.queries import credentials_of
from app.accounts.schemas import DelegateTasks
from app.accounts.use_cases.confirm_email import confirmation_token
from app.accounts.use_cases.delegate_tasks import delegate_tasks
from app.accounts.use_cases.invite_person import invitation_token
from app.accounts.use_cases.reset_password import reset_token
from app.applications.models import ClarificationRequest
from app.applications.queries.reading import attachments
from app.applications.rules.check_lifecycle import ClarificationKind, ClarificationState
from app.applications.schemas import Withdraw
from app.applications.use_cases.attach_file import attach_file
from app.applications.use_cases.withdraw_application import withdraw_application
from app.audit.models import Event
from app.audit.rules.roots import day_to_seal
from app.calls import queries as calls
from app.calls.schemas import NewProgramme
from app.calls.use_cases.create_programme import create_programme
from app.calls.use_cases.import_call import import_call
from app.calls.use_cases.publish_call import publish_call
from app.core.actor import Actor, Assignment, Role, ScopeKind
from app.data_protection.schemas import AskErasure
from app.data_protection.use_cases.ask_erasure import ask_erasure
from app.documents.models import Document
from app.documents.schemas import FileToStore
from app.documents.use_cases.store_file import store_file
from app.infra.ids import new_id
from app.jobs.render_documents import make_document
from app.jobs.seal_roots import seal_roots
from app.partnerships.models import Partner
from tests.builders.applications import (
    COSTS,
    Made,
    a_complete_application,
    a_partner,
    a_submitted_application,
    answered,
    costs,
)
from tests.builders.calls import shipped_bytes
from tests.builders.people import a_person, a_role, actor_for, an_api_token, an_invitation, with_second_factor
from tests.conftest import NOW
from tests.security.evaluation_world import evaluate
from tests.security.panel_world import panel_of_world
from tests.security.scoring_world import add_evaluation
from tests.security.world_amendments import add_amendment
from tests.security.world_awards import add_awards
from tests.security.world_grants import add_grant
from tests.security.world_payments import add_payments
from tests.security.world_reports import add_reports
from tests.security.world_support import add_support
from tests.support.pdfs import a_pdf

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.calls.models import Call
    from app.delivery.runtime import Runtime
    from tests.security.bodies import Body

ROLES = (
    "public",
    "person",
    "coordinator_contact",
    "partner_contact",
    "team_member",
    "representative",
    "evaluator",
    "programme_officer",
    "finance_officer",
    "authorising_officer",
    "accounting_officer",
    "auditor",
    "administrator",
)
"""The columns of the matrix: a person of each kind holds that one role, and only in its own world."""
CENTS = {"ALPHA": "13", "BETA": "17"}
"""Of an amount in the draft of each side."""
OFFICE = ("programme_officer", "finance_officer", "authorising_officer", "accounting_officer")


@dataclass(slots=True)
class World:
    """One side: ``ids`` fills the parameters of addresses, ``people`` holds one person for each role."""

    name: str
    programme: str
    people: dict[str, Person] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    tokens: dict[tuple[str, str], str] = field(default_factory=dict)
    """(role, scope) to the secret of an API token."""
    token_ids: dict[str, str] = field(default_factory=dict)
    draft: Made | None = None
    bodies: dict[tuple[str, str], Body] = field(default_factory=dict)
    """What is sent to (method, path); ``bodies.py`` fills it."""


@dataclass(frozen=True, slots=True)
class Two:
    """Two worlds: what belongs to ``ours`` is none of the business of the people of ``theirs``."""

    runtime: Runtime
    ours: World
    theirs: World
    closing: ExitStack
    """Ends with the installation: who asks many pages keeps one loop for all of them."""


def make_world(runtime: Runtime, name: str, programme: str, identifier: str) -> World:
    """Build one side and render its receipt."""
    world = World(name, programme)
    with runtime.database.transaction() as session:
        programme_id = _calls(session, world, programme, identifier)
        _applications(session, runtime, world)
        _offices(session, world, programme_id)
        evaluated = f"{identifier}-E"
        evaluate(session, runtime, world, _document(evaluated, programme), evaluated)
        panel_of_world(session, world, _document(f"{identifier}-P", programme))
        scored = f"{identifier}-S"
        add_evaluation(session, runtime, world, _document(scored, programme), scored)
        add_awards(session, world)
        add_reports(session, runtime, world)
        add_amendment(session, world)
        add_grant(session, world)
        add_support(session, runtime, world)
        add_payments(session, runtime, world)
        _accounts(session, runtime, world)
    make_document(runtime, UUID(world.ids["document_id"]))
    seal_roots(runtime)
    world.ids["day"] = str(day_to_seal(NOW))
    return world


def _calls(session: Session, world: World, programme: str, identifier: str) -> UUID:
    """A programme with an open call that was corrected once, and a call that nobody outside knows."""
    setup = Actor(name="Setup", assignments=(Assignment(Role.ADMINISTRATOR, ScopeKind.PLATFORM),))
    made = create_programme(session, setup, NewProgramme(code=programme, title=f"Programme {programme}"), now=NOW)
    officer = a_person(session, name=f"Officer of {world.name}")
    a_role(session, officer, Role.PROGRAMME_OFFICER, made, scope=ScopeKind.PROGRAMME)
    actor = actor_for(session, officer)
    world.people["programme_officer"] = officer
    open_call = import_call(session, actor, _document(identifier, programme), now=NOW).call_id
    publish_call(session, actor, open_call, confirmed=True, now=NOW)
    secret = {"Funds European Strategic": f"SECRET call draft {world.name} funds European Strategic"}
    hidden = import_call(session, actor, _document(f"{identifier}-D", programme, **secret), now=NOW).call_id
    world.ids |= {"identifier": identifier, "call_id": str(open_call), "draft_identifier": f"{identifier}-D"}
    world.ids["draft_call_id"] = str(hidden)
    return made


def _document(identifier: str, programme: str, **replaced: str) -> bytes:
    """The shipped call with its waiting corrigendum, under another name; its first version asks for 50 exchanges."""
    given = {
        "COS-CLUSTER-2018-03-02": identifier,
        "programme: COSME": f"programme: {programme}",
        "target: 100": "target: 50",
        **replaced,
    }
    text = shipped_bytes().decode()
    for old, new in given.items():
        assert old in text, old
        text = text.replace(old, new)
    return text.encode()


def _call(session: Session, world: World) -> Call:
    found = calls.call_by_identifier(session, world.ids["identifier"])
    assert found is not None
    return found


def _applications(session: Session, runtime: Runtime, world: World) -> None:
    """A draft that waits to be submitted, one that was submitted and one that was withdrawn."""
    call, name = _call(session, world), world.name
    draft = a_complete_application(session, call, acronym=f"DRAFT{name}", files=runtime.files)
    answered(session, draft, "results", _secret_results(name))
    invited = a_partner(session, draft, 2, accept=False, platform_note=f"SECRET note {name}")
    session.execute(sa.update(Partner).where(Partner.id == invited.partner_id).values(message=f"SECRET message {name}"))
    costs(session, draft, draft.members[0].partner_id, COSTS | {"third_parties": f"7531.{CENTS[name]}"})
    content = a_pdf()
    upload = FileToStore(
        sha256=runtime.files.put(content),
        size=len(content),
        media_type="application/pdf",
        filename=f"SECRET upload {name}.pdf",
        pages=1,
    )
    attach_file(session, draft.actor(session), draft.application_id, "part_b", upload, now=NOW)
    submitted = a_submitted_application(session, call, acronym=f"SENT{name}", files=runtime.files)
    withdrawn = a_submitted_application(session, call, acronym=f"BACK{name}", files=runtime.files)
    why = Withdraw(reason=f"SECRET reason {name}")
    withdraw_application(session, withdrawn.actor(session), withdrawn.application_id, why, now=NOW)
    for role in (Role.COORDINATOR_CONTACT, Role.PARTNER_CONTACT, Role.TEAM_MEMBER):
        person = a_person(session, name=f"{role.value} of {name}", roles=((role, draft.application_id),))
        a_role(session, person, role, submitted.application_id)
        world.people[role.value] = person
    _questions(session, runtime, world, submitted)
    asked = session.execute(
        sa.select(Document.id, Document.verification_code).where(Document.subject_id == submitted.submission_id)
    ).one()
    world.draft = draft
    world.people["representative"] = invited.person
    a_role(session, invited.person, Role.REPRESENTATIVE, submitted.members[1].organisation.id)
    world.ids |= {
        "application_id": str(draft.application_id),
        "submitted_id": str(submitted.application_id),
        "withdrawn_id": str(withdrawn.application_id),
        "submission_id": str(submitted.submission_id),
        "partner_id": str(draft.members[1].partner_id),
        "invited_id": str(invited.partner_id),
        "organisation_id": str(invited.organisation.id),
        "document_id": str(asked.id),
        "code": asked.verification_code,
        "attachment_id": str(attachments(session, draft.application_id)["part_b"].id),
        "section_id": "general",
        "section": "general",
        "field_id": "part_b",
        "field": "part_b",
        "number": "1",
        "figure": "paid",
        "label": "1.0",
        "version": "1.0",
    }


def _questions(session: Session, runtime: Runtime, world: World, submitted: Made) -> None:
    """A question about the submitted application that was answered with a document; a partner whose contact is known."""
    partner, content = submitted.members[1].partner_id, a_pdf(pages=1)
    contact = world.people[Role.PARTNER_CONTACT.value].id
    session.execute(sa.update(Partner).where(Partner.id == partner).values(answered_by=contact))
    upload = FileToStore(
        sha256=runtime.files.put(content),
        size=len(content),
        media_type="application/pdf",
        filename=f"SECRET clarification {world.name}.pdf",
        pages=1,
    )
    question = ClarificationRequest(
        id=new_id(),
        application_id=submitted.application_id,
        number=1,
        kind=ClarificationKind.CLERICAL_ERROR,
        question=f"SECRET clarification {world.name}",
        due_at=NOW + timedelta(days=3),
        state=ClarificationState.ANSWERED,
        asked_at=NOW,
        answer=f"SECRET clarification {world.name}, answered",
        answer_file_id=store_file(session, submitted.actor(session), upload, now=NOW),
        answered_at=NOW,
    )
    session.add(question)
    session.flush()
    world.ids |= {
        "clarification_id": str(question.id),
        "submitted_partner_id": str(partner),
        "step": "admissibility",
        "check": "edes",
    }


def _secret_results(name: str) -> dict[str, Any]:
    indicators = {
        "exchanges": 50,
        "exchanges_with_smes": 30,
        "managers_trained": 24,
        "smes_reached": 400,
        "quality_labels": 3,
    }
    return {"indicators": indicators, "lasting_effect": f"SECRET answer {name}"}


def _offices(session: Session, world: World, programme_id: UUID) -> None:
    """People of the public body: the programme's own officers; auditor and administrator see the platform."""
    for name in OFFICE[1:]:
        person = a_person(session, name=f"{name} of {world.name}")
        a_role(session, person, Role(name), programme_id, scope=ScopeKind.PROGRAMME)
        world.people[name] = person
    world.people["evaluator"] = a_person(session, roles=((Role.EVALUATOR, _call(session, world).id),))
    world.people["auditor"] = a_person(session, roles=(Role.AUDITOR,))
    world.people["administrator"] = a_person(session, roles=(Role.ADMINISTRATOR,))
    world.people["person"] = a_person(session)


def _accounts(session: Session, runtime: Runtime, world: World) -> None:
    """Members, invitations, links and tokens."""
    organisation_id, signer = UUID(world.ids["organisation_id"]), runtime.signer
    member = a_person(session, name=f"Member of {world.name}")
    assignment = a_role(session, member, Role.MEMBER, organisation_id)
    given = {"role": Role.MEMBER, "scope": ScopeKind.ORGANISATION, "scope_id": organisation_id}
    joining = an_invitation(session, email=f"joining-{world.name.lower()}@example.org", **given)
    offered = an_invitation(session, email=f"offered-{world.name.lower()}@example.org")
    an_invitation(session, email=f"quiet-{world.name.lower()}@example.org")
    unconfirmed = a_person(session, email_confirmed_at=None)
    known = credentials_of(session, member.id)
    fresh = credentials_of(session, unconfirmed.id)
    assert known is not None
    assert fresh is not None
    asked = ask_erasure(session, actor_for(session, member), AskErasure(words=f"SECRET wish {world.name}"), now=NOW)
    away, there = world.people["programme_officer"], world.people["finance_officer"]
    handed = delegate_tasks(
        session,
        actor_for(session, away),
        away.id,
        DelegateTasks(delegate_id=there.id, starts_on=NOW.date(), ends_on=NOW.date(), reason="SECRET leave"),
        now=NOW,
    )
    last = session.execute(sa.select(Event.id).where(Event.application_id == UUID(world.ids["withdrawn_id"])))
    world.ids |= {
        "person_id": str(member.id),
        "assignment_id": str(assignment.id),
        "invitation_id": str(joining.id),
        "offer_id": str(offered.id),
        "erasure_id": str(asked),
        "delegation_id": str(handed),
        "delegate_person_id": str(there.id),
        "away_person_id": str(away.id),
        "record_kind": "invitation",
        "invitation_link": invitation_token(signer, offered.id, expires_at=offered.expires_at),
        "password_link": reset_token(signer, known, now=NOW),
        "confirm_link": confirmation_token(signer, fresh, now=NOW),
        "event_id": str(last.scalars().first()),
    }
    for role, person in world.people.items():
        with_second_factor(session, person.id, runtime.vault)
        for scope in ("read", "write"):
            world.tokens[role, scope] = an_api_token(session, person, scopes=tuple({"read", scope}))
        kept = session.execute(sa.select(ApiToken.id).where(ApiToken.person_id == person.id)).scalars().first()
        world.token_ids[role] = str(kept)
