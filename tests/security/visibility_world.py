"""One call in each phase of an evaluation, made by use cases, with a secret planted for each sight of its table."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from app.applications.use_cases.miss_deadline import miss_deadline
from app.audit.models import Event
from app.calls.models import Call, CallVersion
from app.calls.rules.call_rules import CallRules
from app.calls.use_cases.close_call import close_call
from app.calls.use_cases.import_call import import_call
from app.calls.use_cases.publish_call import publish_call
from app.core.actor import SYSTEM, Role
from app.documents.models import Document
from app.evaluation.models import EvaluationRound
from app.evaluation.queries.panel import ranking_row
from app.evaluation.rules.committee import Seat
from app.evaluation.schemas import (
    CastVote,
    ConcludeConsensus,
    GiveView,
    OfVersion,
    SeatPerson,
    SetMark,
    StartEvaluation,
    WithReason,
    WriteMessage,
)
from app.evaluation.use_cases.adopt_ranking import adopt_ranking
from app.evaluation.use_cases.cast_vote import cast_vote
from app.evaluation.use_cases.conclude_consensus import conclude_consensus
from app.evaluation.use_cases.declare_conflict import report_later_conflict
from app.evaluation.use_cases.decline_assignment import decline_assignment
from app.evaluation.use_cases.end_assignment import end_assignment
from app.evaluation.use_cases.give_view import give_view
from app.evaluation.use_cases.open_consensus import open_consensus
from app.evaluation.use_cases.open_panel import open_panel
from app.evaluation.use_cases.propose_consensus import propose_consensus
from app.evaluation.use_cases.propose_ranking import propose_ranking
from app.evaluation.use_cases.save_consensus import save_consensus
from app.evaluation.use_cases.save_report import save_report
from app.evaluation.use_cases.seat_person import seat_person
from app.evaluation.use_cases.set_mark import set_mark
from app.evaluation.use_cases.start_evaluation import start_evaluation
from app.evaluation.use_cases.submit_report import submit_report
from app.evaluation.use_cases.write_message import write_message
from app.grants.models import Award, Letter
from app.infra.ids import new_id
from app.jobs.deliver_events import links_of
from app.jobs.render_documents import make_document
from app.notifications.use_cases.notify_of_event import notify_of_event
from tests.builders.applications import a_submitted_application
from tests.builders.awards import ADOPTED, Ranked, prepared, sent, signed
from tests.builders.calls import another_call
from tests.builders.evaluation import CLOSED, DUE, EVALUATING, admit, an_assignment, an_expert
from tests.builders.panel import SITTING, all_checked
from tests.builders.people import a_person, a_role, actor_for, an_api_token
from tests.builders.scoring import JUDGING, POINTS, a_sheet
from tests.conftest import NOW
from tests.support.client import signed_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from app.accounts.models import Person
    from app.calls.rules.evaluation_kinds import Audience, Phase, Sight
    from app.core.actor import Actor
    from app.delivery.runtime import Runtime
    from tests.builders.applications import Made

PHASES: tuple[Phase, ...] = ("individual", "consensus", "panel", "informed")
EXPERTS = ("rapporteur", "evaluator", "colleague")
VOTERS = ("voter", "panel_member")
"""Who votes on the ranking, with words of their own."""
AUDIENCES: dict[str, tuple[Audience, ...]] = {
    "rapporteur": ("evaluator", "rapporteur"),
    "evaluator": ("evaluator",),
    "moderator": ("moderator",),
    "panel_member": ("panel_member",),
    "observer": ("observer",),
    "officer": ("moderator",),
    "coordinator": ("applicant", "public"),
    "conflicted": (),
    "employed": (),
    "ended": (),
    "declined": (),
    "stranger": ("public",),
    "public": ("public",),
}
"""Who walks through the pages, and for which audiences of the table the person counts.

``conflicted`` wrote half a report before a conflict turned up, ``employed`` works for the applicant: both sit in the
committee as well, the latter as a moderator. ``ended`` and ``declined`` had the application once.
"""
COLUMNS = {
    "coordinator": "coordinator_contact",
    "officer": "programme_officer",
    "stranger": "person",
    "public": "public",
}
"""The column of the authorisation matrix for each; for all others that of an evaluator, who sits in a committee there."""
COMMITTEE = {
    "moderator": Seat.MODERATOR,
    "panel_member": Seat.PANEL_MEMBER,
    "observer": Seat.OBSERVER,
    "conflicted": Seat.PANEL_MEMBER,
    "employed": Seat.MODERATOR,
    "voter": Seat.PANEL_MEMBER,
}
Line = tuple["Audience", "Sight"]


@dataclass(slots=True)
class Case:
    """The call of one phase with one application; ``ids`` fill addresses, several where there are several things."""

    phase: Phase
    round_id: UUID
    call_id: UUID
    version_id: UUID
    closed_id: UUID | None = None
    people: dict[str, Person] = field(default_factory=dict)
    ids: dict[str, list[str]] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    assignments: dict[str, str] = field(default_factory=dict)

    def assignments_near(self, person: str) -> list[str]:
        """The person's own assignment, if any, and a colleague's."""
        return [self.assignments[name] for name in dict.fromkeys((person, "colleague")) if name in self.assignments]

    def planted(self, what: str) -> str:
        """A word that stands nowhere else."""
        return f"ZQ{what}{self.phase}".upper()

    def text(self, what: str) -> str:
        """The word in a sentence that is long enough for a reason."""
        return f"{self.planted(what)}: strengths and weaknesses that only some may read."


def make_case(runtime: Runtime, phase: Phase) -> Case:
    """Build the call of a phase, deliver its letters and make its documents."""
    with runtime.database.transaction() as session:
        case, officer, made = _started(session, runtime, phase)
        _reports(session, case, officer, made)
        if phase != "individual":
            _consensus(session, case, officer, made)
        if phase in {"panel", "informed"}:
            _panel(session, case, officer, made)
        if phase == "informed":
            _inform(session, case, officer, made)
        _known(session, case, made)
    _deliver(runtime, case)
    for person_name, person in case.people.items():
        case.sessions[person_name] = signed_in(runtime, person.id)
    return case


def _started(session: Session, runtime: Runtime, phase: Phase) -> tuple[Case, Actor, Made]:
    person = a_person(session, name=f"Officer of {phase}", roles=(Role.PROGRAMME_OFFICER,))
    officer = actor_for(session, person)
    identifier = f"SEEN-{PHASES.index(phase)}"
    call_id = import_call(session, officer, another_call(identifier), now=NOW).call_id
    publish_call(session, officer, call_id, confirmed=True, now=NOW)
    call = session.get_one(Call, call_id)
    made = a_submitted_application(session, call, acronym=f"SEEN{phase.upper()}", files=runtime.files)
    close_call(session, SYSTEM, call_id, now=CLOSED)
    miss_deadline(session, SYSTEM, call_id, now=CLOSED)
    admit(session, call, [made])
    round_id = start_evaluation(session, officer, call_id, StartEvaluation(reports_due_at=DUE), now=EVALUATING)
    version_id = session.get_one(EvaluationRound, round_id).call_version_id
    case = Case(phase, round_id, call_id, version_id)
    case.ids |= {"call_id": [str(call_id)], "identifier": [identifier]}
    for name in (*EXPERTS, "conflicted", "ended", "declined"):
        case.people[name] = an_expert(session, call, name=case.planted(f"name{name}"))
    employee = a_person(session, name="Employed Moderator")
    a_role(session, employee, Role.MEMBER, made.members[1].organisation.id)
    case.people |= {"officer": person, "coordinator": made.person, "employed": employee}
    for name in ("moderator", "panel_member", "observer", "voter", "stranger"):
        case.people[name] = a_person(session, name=f"{name} of {phase}")
    for name, seat in COMMITTEE.items():
        wanted = SeatPerson(email=case.people[name].email, seat=seat)
        seat_person(session, officer, round_id, wanted, now=EVALUATING)
    return case, officer, made


def _reports(session: Session, case: Case, officer: Actor, made: Made) -> None:
    """Everybody writes; one finds a conflict then, one's work is ended, one gives it back."""
    assignments = {}
    for name in (*EXPERTS, "conflicted", "ended", "declined"):
        given = an_assignment(session, made, case.people[name], answer="none", rapporteur=name == "rapporteur")
        assignments[name] = given
        actor = actor_for(session, case.people[name])
        sheet = a_sheet(comments=dict.fromkeys(POINTS, case.text(f"report{name}")))
        version = save_report(session, actor, given, sheet, now=JUDGING)
        if name in EXPERTS:
            submit_report(session, actor, given, OfVersion(version=version), now=JUDGING)
    gone = WithReason(reason="A reason that is long enough to be one.")
    conflicted, declined = (actor_for(session, case.people[name]) for name in ("conflicted", "declined"))
    report_later_conflict(session, conflicted, assignments["conflicted"], gone, now=JUDGING)
    decline_assignment(session, declined, assignments["declined"], gone, now=JUDGING)
    end_assignment(session, officer, assignments["ended"], gone, now=JUDGING)
    case.assignments = {name: str(one) for name, one in assignments.items()}
    case.ids["assignment_id"] = list(case.assignments.values())


def _consensus(session: Session, case: Case, officer: Actor, made: Made) -> None:
    """The group has a report before it, and one expert dissents."""
    experts = [actor_for(session, case.people[name]) for name in EXPERTS]
    rapporteur, evaluator, colleague = experts
    open_consensus(session, officer, made.application_id, now=JUDGING)
    words = WriteMessage(text=case.text("message"))
    write_message(session, colleague, made.application_id, words, now=JUDGING)
    sheet = a_sheet(1, overall_comment=case.text("summary"))
    version = save_consensus(session, rapporteur, made.application_id, sheet, now=JUDGING)
    propose_consensus(session, rapporteur, made.application_id, OfVersion(version=version), now=JUDGING)
    agrees = GiveView(agrees=True, version=version)
    give_view(session, evaluator, made.application_id, agrees, now=JUDGING)
    dissents = GiveView(agrees=False, words=case.text("consensus"), version=version)
    give_view(session, colleague, made.application_id, dissents, now=JUDGING)
    if case.phase != "consensus":
        conclude = ConcludeConsensus(version=version)
        conclude_consensus(session, rapporteur, made.application_id, conclude, now=JUDGING)


def _panel(session: Session, case: Case, officer: Actor, made: Made) -> None:
    """The panel set a mark and votes on the ranking."""
    open_panel(session, officer, case.round_id, now=SITTING)
    all_checked(session, officer, case.round_id)
    mark = SetMark(criterion="impact", score=Decimal(17), reason=case.text("mark"))
    set_mark(session, officer, made.application_id, mark, now=SITTING)
    ranking_id = propose_ranking(session, officer, case.round_id, now=SITTING)
    sha256 = ranking_row(session, ranking_id).sha256
    for name in VOTERS:
        ballot = CastVote(approves=True, words=case.text("ranking"), sha256=sha256)
        cast_vote(session, actor_for(session, case.people[name]), case.round_id, ballot, now=SITTING)


def _inform(session: Session, case: Case, officer: Actor, made: Made) -> None:
    """The ranking is adopted, decisions are signed, letters sent."""
    ranking_id = adopt_ranking(session, officer, case.round_id, now=ADOPTED - timedelta(days=1))
    signer = actor_for(session, a_person(session, name="Signatory", roles=(Role.AUTHORISING_OFFICER,)))
    call = session.get_one(Call, case.call_id)
    ranked = Ranked(call, [made], case.round_id, ranking_id, officer, signer)
    prepared(session, ranked)
    signed(session, ranked)
    sent(session, ranked)
    assert session.get_one(EvaluationRound, case.round_id).state == "informed"
    case.ids["ranking_id"] = [str(ranking_id)]


def _known(session: Session, case: Case, made: Made) -> None:
    """Ids of everything that has an address, tokens of everybody."""
    case.ids |= {
        "application_id": [str(made.application_id)],
        "submission_id": [str(made.submission_id)],
        "person_id": [str(case.people["colleague"].id)],
        "organisation_id": [str(made.members[0].organisation.id)],
        "field": ["part_b"],
        "field_id": ["part_b"],
        "number": ["1"],
        "label": ["1.0"],
    }
    for table, name in ((Award, "award_id"), (Letter, "letter_id")):
        where = table.application_id == made.application_id
        case.ids[name] = [str(one) for one in session.scalars(sa.select(table.id).where(where))]
    subjects = [UUID(one) for name in ("ranking_id", "letter_id", "submission_id") for one in case.ids.get(name, [])]
    found = session.execute(
        sa.select(Document.id, Document.verification_code).where(Document.subject_id.in_(subjects))
    ).all()
    case.ids |= {"document_id": [str(row.id) for row in found], "code": [row.verification_code for row in found]}
    for name, person in case.people.items():
        case.tokens[name] = an_api_token(session, person, scopes=("read",))


def _deliver(runtime: Runtime, case: Case) -> None:
    """Write the mails about the call, and make its documents except receipts."""
    with runtime.database.transaction() as session:
        told = sa.or_(Event.call_id == case.call_id, Event.application_id == UUID(case.ids["application_id"][0]))
        for event_id in session.scalars(sa.select(Event.id).where(told)).all():
            notify_of_event(session, event_id, links=links_of(runtime), now=NOW)
        wanted = sa.and_(
            Document.id.in_([UUID(one) for one in case.ids["document_id"]]), Document.subject_kind != "submission"
        )
        documents = session.scalars(sa.select(Document.id).where(wanted)).all()
    for document_id in documents:
        make_document(runtime, document_id)


@contextmanager
def opened(runtime: Runtime, case: Case, *lines: Line) -> Iterator[None]:
    """The call's table says this for the phase of the case and nothing else; afterwards it says nothing."""
    table = [{"phase": case.phase, "audience": audience, "sees": [sight]} for audience, sight in lines]
    _judge_by(runtime, case, _version(runtime, case, table))
    try:
        yield
    finally:
        if case.closed_id is None:
            case.closed_id = _version(runtime, case, [])
        _judge_by(runtime, case, case.closed_id)


def _version(runtime: Runtime, case: Case, table: list[dict[str, Any]]) -> UUID:
    """A further version of the document that differs in its table; a published one cannot be changed."""
    with runtime.database.transaction() as session:
        first = session.get_one(CallVersion, case.version_id)
        document = {**first.document, "evaluation": {**first.document["evaluation"], "visibility": table}}
        number = session.scalars(
            sa.select(sa.func.max(CallVersion.number)).where(CallVersion.call_id == case.call_id)
        ).one()
        made = CallVersion(id=new_id(), call_id=case.call_id, number=(number or 0) + 1, saved_at=NOW, published_at=NOW)
        made.hold(CallRules.from_plain(document))
        session.add(made)
        session.flush()
        return made.id


def _judge_by(runtime: Runtime, case: Case, version_id: UUID) -> None:
    with runtime.database.transaction() as session:
        change = sa.update(EvaluationRound).where(EvaluationRound.id == case.round_id)
        session.execute(change.values(call_version_id=version_id))
