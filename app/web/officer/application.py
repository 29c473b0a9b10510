"""One submitted application for the office of its call: only what was submitted, never the working copy."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.queries import names_of
from app.applications.queries.applied_call import rules_of
from app.applications.queries.office_calls import office_call
from app.applications.queries.reading import application_head, snapshot, submissions
from app.applications.rules.submitted import submitted_findings
from app.applications.schemas import SubmissionRow
from app.audit.queries import timeline
from app.core.errors import NotFoundError
from app.delivery.files import file_answer
from app.delivery.guards import follows_application
from app.delivery.unit_of_work import READ, Work, run
from app.documents.queries import documents_of
from app.partnerships.rules.country_lists import lists_asked
from app.reference.queries import countries_in
from app.web.call_view.submission import answer_sections, budget_view, partner_lines
from app.web.evaluation_view.proposal import attachment_lines
from app.web.event_words import shown_events
from app.web.findings import shown
from app.web.pages import page
from app.web.requests import Request_

router = APIRouter(prefix="/officer/applications/{application_id:uuid}")
SHOWN_EVENTS = frozenset(
    {"application.submitted", "application.withdrawn", "application.not_submitted", "document.sealed"}
)
"""What the office sees of an application's life: nothing about the working copy."""


@router.get("")
def show(incoming: Request_, application_id: UUID) -> Response:
    """The version that counts, or the one of ``?version=``. The call's office; drafts do not exist for it."""

    def answer(work: Work) -> Response:
        head = application_head(work.session, application_id)
        versions = submissions(work.session, application_id)
        shown_version = _wanted(incoming.query.get("version", ""), versions)
        content = snapshot(work.session, shown_version.id)
        rules = rules_of(work.session, shown_version.call_version_id)
        language = work.known.language
        in_lists = {(name, on): countries_in(name, on) for name, on in lists_asked(rules)}
        events = [event for event in timeline(work.session, application_id) if event.kind in SHOWN_EVENTS]
        documents = documents_of(work.session, "submission", [version.id for version in versions])
        return page(
            work,
            "officer/application.html",
            head=head,
            call=office_call(work.session, head.call_id, now=work.now),
            version=shown_version,
            versions=versions,
            counts=shown_version.id == versions[0].id,
            application=content["application"],
            judged_by=content["call"]["version"],
            partners=partner_lines(content, language),
            budget=budget_view(content, language),
            sections=answer_sections(content, language),
            attachments=list(attachment_lines(content, rules)),
            findings=[shown(found, language=language) for found in submitted_findings(rules, content, in_lists)],
            receipts={document.subject_id: document for document in documents},
            names=names_of(work.session, [version.submitted_by for version in versions]),
            events=shown_events(work, events),
            zone=rules.timetable.deadline.zone,
        )

    return run(incoming, READ, follows_application(application_id), answer)


@router.get("/attachments/{field}")
def attachment(incoming: Request_, application_id: UUID, field: str) -> Response:
    """A document of a submitted version, as it was sent. The call's office."""

    def find(work: Work) -> Mapping[str, Any]:
        versions = submissions(work.session, application_id)
        content = snapshot(work.session, _wanted(incoming.query.get("version", ""), versions).id)
        found = next((each for each in content["attachments"] if each["field"] == field), None)
        if found is None:
            raise NotFoundError("document")
        return found  # type: ignore[no-any-return]  # a stored snapshot

    found = run(incoming, READ, follows_application(application_id), find)
    try:
        data = incoming.runtime.files.get(found["sha256"])
    except FileNotFoundError:
        raise NotFoundError("document") from None
    return file_answer(data, found["filename"])


def _wanted(number: str, versions: Sequence[SubmissionRow]) -> SubmissionRow:

    if not number:
        return versions[0]
    for row in versions:
        if str(row.number) == number:
            return row
    raise NotFoundError("version of the application")
