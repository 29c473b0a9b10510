"""The event log: who did what to what and when, filtered, paged and as files; and whether history is untouched."""

import json
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.applications.queries.reading import altered_submissions
from app.audit import queries as audit
from app.audit.use_cases.verify_chains import verify_chains
from app.audit.use_cases.verify_roots import verify_roots
from app.calls.queries import altered_versions
from app.core.errors import NotFoundError
from app.core.paging import Page, PageRequest
from app.delivery.guards import auditor
from app.delivery.seals import usable_authority
from app.delivery.unit_of_work import READ, Work, run
from app.ledger.use_cases.verify_ledger import verify_ledger
from app.web.event_filter import FIELDS, EventSearch
from app.web.event_rows import LoggedEvent, logged
from app.web.event_words import fact_words
from app.web.forms import FormView
from app.web.lists import Column, Listing, ListSpec, answer_list
from app.web.pages import page
from app.web.requests import Request_

router = APIRouter()

LOG: ListSpec[LoggedEvent] = ListSpec(
    columns=(
        Column("seq", "Number", lambda row: row.event.seq, only_export=True),
        Column("what", "What", lambda row: row.words),
        Column("kind", "Kind", lambda row: row.event.kind, only_export=True),
        Column("about", "About", lambda row: row.about),
        Column("who", "Who", lambda row: row.who),
        Column("when", "When", lambda row: row.event.occurred_at),
        Column("subject_kind", "Subject", lambda row: row.event.subject_kind, only_export=True),
        Column("subject_id", "Subject id", lambda row: row.event.subject_id, only_export=True),
        Column("call_id", "Call id", lambda row: row.event.call_id, only_export=True),
        Column("application_id", "Application id", lambda row: row.event.application_id, only_export=True),
        Column("actor_id", "Person id", lambda row: row.event.actor_id, only_export=True),
        Column("facts", "Facts", lambda row: json.dumps(row.event.facts, sort_keys=True), only_export=True),
        Column("hash", "Hash", lambda row: row.event.hash, only_export=True),
    )
)


@router.get("/audit/events")
def show(incoming: Request_) -> Response:
    """Auditors and administrators; nothing here can be changed."""

    def answer(work: Work) -> Response:
        search = EventSearch.read(work)
        listing = search.into(Listing.read(incoming, LOG))

        def fetch(request: PageRequest) -> Page[LoggedEvent]:
            if search.violations:
                return Page((), 0, request.number, request.size)
            found = audit.events_page(work.session, search.wanted, request)
            return Page(logged(work, found.rows), found.total, found.number, found.size)

        return answer_list(
            work,
            "auditor/events.html",
            listing,
            fetch,
            name="events",
            form=FormView({name: [value] for name, value in search.typed.items()}, search.violations),
            errors=search.violations,
            chips=search.chips(listing, work.known.language),
            keep=listing.keep,
            kinds=[(kind, kind) for kind in audit.event_kinds(work.session)],
            fields=FIELDS,
        )

    return run(incoming, READ, auditor, answer)


@router.get("/audit/events/{event_id}")
def show_event(event_id: UUID, incoming: Request_) -> Response:
    """One event with everything that was recorded. Auditors and administrators."""

    def answer(work: Work) -> Response:
        found = audit.event(work.session, event_id)
        if found is None:
            raise NotFoundError("event")
        language, zone = work.known.language, work.known.zone
        return page(
            work,
            "auditor/event.html",
            row=logged(work, [found])[0],
            facts=[(name.replace("_", " "), fact_words(value, language, zone)) for name, value in found.facts.items()],
            source=json.dumps(found.facts, indent=2, sort_keys=True, ensure_ascii=False),
        )

    return run(incoming, READ, auditor, answer)


@router.get("/audit/verify")
def verify(incoming: Request_) -> Response:
    """Recompute every hash and every balance on request and say what was found. Auditors and administrators; reads only."""

    def answer(work: Work) -> Response:
        if incoming.query.get("run") != "1":
            return page(work, "auditor/verify.html", report=None)
        report, ledger = verify_chains(work.session), verify_ledger(work.session)
        roots = verify_roots(work.session, usable_authority(incoming.runtime)[0])
        versions, submissions = altered_versions(work.session), altered_submissions(work.session)
        return page(
            work,
            "auditor/verify.html",
            report=report,
            ledger=ledger,
            roots=roots,
            versions=versions,
            submissions=submissions,
            whole=report.whole and not versions and not submissions and not ledger.faults and not roots.faults,
        )

    return run(incoming, READ, auditor, answer)
