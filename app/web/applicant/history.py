"""What happened to an application: its timeline, each submitted version, and everything as one file."""

from dataclasses import replace
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.queries import names_of
from app.applications.events import OFFICE_ONLY
from app.applications.queries import application_facts, rules_of
from app.applications.queries.reading import application_head, sections, snapshot, submissions
from app.applications.rules.differences import differences
from app.applications.rules.snapshot import snapshot_of
from app.audit.queries import EventFilter, EventRow, events_page
from app.core.canonical import canonical_json, instant_text
from app.core.errors import NotFoundError
from app.delivery.files import file_answer
from app.delivery.guards import reads_application
from app.delivery.unit_of_work import READ, Work, run
from app.documents.queries import documents_of
from app.web.application_view.answers import submitted
from app.web.application_view.partners import country_name, region_name
from app.web.application_view.shell import shell
from app.web.application_view.snapshot_budget import submitted_budget
from app.web.application_view.timeline import gathered
from app.web.event_words import shown_events
from app.web.lists import Listing, ListSpec
from app.web.pages import page
from app.web.requests import Request_

router = APIRouter()


@router.get("/applications/{application_id}/timeline")
def show_timeline(incoming: Request_, application_id: UUID) -> Response:
    """Who did what and when."""

    def answer(work: Work) -> Response:
        frame = shell(work, application_id)
        listing: Listing[EventRow] = Listing.read(incoming, ListSpec(columns=()))
        found = events_page(
            work.session, EventFilter(application_id=application_id, without=OFFICE_ONLY), listing.request
        )
        events = gathered(shown_events(work, found.rows), work.known.language)
        return page(
            work, "applicant/timeline.html", frame=frame, events=events, pages=replace(listing, result=found).pagination
        )

    return run(incoming, READ, reads_application(application_id), answer)


@router.get("/applications/{application_id}/versions/{number}")
def show_version(incoming: Request_, application_id: UUID, number: int) -> Response:
    """A submitted version as it was received, and what it changed in the one before."""

    def answer(work: Work) -> Response:
        frame, language = shell(work, application_id), work.known.language
        rows = {row.number: row for row in submissions(work.session, application_id)}
        if number not in rows:
            raise NotFoundError("version")
        row = rows[number]
        content = snapshot(work.session, row.id)
        earlier = rows.get(number - 1)
        changed = differences(snapshot(work.session, earlier.id), content) if earlier else ()
        names = names_of(work.session, [row.submitted_by])
        return page(
            work,
            "applicant/version.html",
            frame=frame,
            row=row,
            numbers=sorted(rows, reverse=True),
            exact=instant_text(row.received_at),
            by=names.get(row.submitted_by, "") if row.submitted_by else "",
            receipt=next(iter(documents_of(work.session, "submission", [row.id])), None),
            earlier=earlier,
            changed=changed,
            sections=submitted(rules_of(work.session, row.call_version_id), content, language),
            partners=[
                (one["name"], one["role"], country_name(one["country"], language), region_name(one["region"]))
                for one in content["partners"]
            ],
            budget=submitted_budget(content, language),
            documents=content["attachments"],
            call_version=content["call"]["version"],
        )

    return run(incoming, READ, reads_application(application_id), answer)


@router.get("/applications/{application_id}/export.json")
def export(incoming: Request_, application_id: UUID) -> Response:
    """The working copy as one document that explains itself, with every stored answer, asked or not."""

    def answer(work: Work) -> Response:
        frame = shell(work, application_id)
        head = application_head(work.session, application_id)
        facts = application_facts(work.session, head, frame.call.rules)
        version = len(submissions(work.session, application_id))
        made = snapshot_of(frame.call.rules, facts, reference=head.reference, version=version, received_at=work.now)
        about = {key: value for key, value in made["application"].items() if key not in {"version", "received_at"}}
        content = {
            **made,
            "application": about | {"state": head.state, "submissions": version, "exported_at": work.now},
            "stored_answers": {name: row.answers for name, row in sections(work.session, application_id).items()},
        }
        name = "".join(sign if sign.isalnum() else "-" for sign in head.reference)
        return file_answer(canonical_json(content), f"{name}.json", media_type="application/json")

    return run(incoming, READ, reads_application(application_id), answer)
