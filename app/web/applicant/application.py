"""The application's own page: what is done, what is left, who may do what, what happens next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.queries import members_of
from app.applications.queries import application_facts
from app.applications.queries.clarifications import ClarificationRow, clarifications
from app.applications.queries.reading import sections, submissions
from app.applications.rules.budget_meters import budget_meters
from app.applications.rules.check_lifecycle import ClarificationState
from app.applications.rules.progress import complete, section_progress
from app.applications.schemas import SubmissionRow
from app.core.actor import ScopeKind
from app.core.violations import blocking
from app.delivery.guards import reads_application
from app.delivery.unit_of_work import READ, Work, run
from app.documents.queries import documents_of
from app.documents.schemas import DocumentRow
from app.grants.queries.letters import sent_letters
from app.grants.schemas import LetterRow
from app.web.application_view.meters import project_limit
from app.web.application_view.overview import call_changes, next_steps, table_of, task_lines
from app.web.application_view.shell import shell
from app.web.deadlines import shown_deadline
from app.web.pages import page
from app.web.requests import Request_
from app.web.words import role_words

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who may work on the application, and in which capacity."""

    name: str
    email: str
    roles: str


@router.get("/applications/{application_id}")
def show(incoming: Request_, application_id: UUID) -> Response:
    """The task list."""
    return run(incoming, READ, reads_application(application_id), lambda work: _page(work, application_id))


def _since_submitted(
    work: Work, application_id: UUID, versions: Sequence[SubmissionRow]
) -> tuple[Mapping[UUID, DocumentRow], LetterRow | None, Sequence[ClarificationRow]]:
    """Receipts by submission, the latest letter and every question: there is none of them before a submission."""
    if not versions:
        return {}, None, ()
    receipts = documents_of(work.session, "submission", [row.id for row in versions])
    told = next(iter(sent_letters(work.session, application_id)), None)
    asked = clarifications(work.session, application_id, now=work.now)
    return {one.subject_id: one for one in receipts}, told, asked


def _page(work: Work, application_id: UUID) -> Response:
    frame = shell(work, application_id)
    rules, session = frame.call.rules, work.session
    saved = sections(session, application_id)
    facts = application_facts(session, frame.head, rules, saved=saved)
    progress = section_progress(rules, facts)
    findings = tuple(found for line in progress for found in line.findings)
    table = table_of(rules, facts)
    limit = project_limit(budget_meters(rules, facts.strand, table))
    versions = submissions(session, application_id) if frame.head.last_submission_id else ()
    receipts, told, asked = _since_submitted(work, application_id, versions)
    members = [one for one in facts.partners if one.counts]
    return page(
        work,
        "applicant/application.html",
        frame=frame,
        lines=task_lines(work, frame, progress, facts, saved=saved, table=table),
        complete=complete(progress),
        sections=len(progress),
        stopping=len(blocking(findings)),
        warnings=len(findings) - len(blocking(findings)),
        table=table,
        limit=limit,
        partners=members,
        countries=sorted({one.country for one in members}),
        versions=versions,
        receipts=receipts,
        colleagues=[
            Colleague(one.name, one.email, ", ".join(role_words(role) for role in one.roles))
            for one in members_of(session, ScopeKind.APPLICATION, application_id)
        ],
        changes=call_changes(work, frame, versions),
        told=told,
        questions=[
            (one.number, shown_deadline(work, one.due_at, frame.zone))
            for one in reversed(asked)
            if one.state is ClarificationState.OPEN
        ],
        steps=next_steps(work, frame, versions, told),
    )
