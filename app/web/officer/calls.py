"""The office's calls: list, and import of a call document."""

from collections.abc import Sequence

from fastapi import APIRouter
from starlette.datastructures import UploadFile
from starlette.responses import Response

from app.applications.queries.office_calls import STANDINGS, OfficeCall, OfficeCallFilter, office_calls
from app.calls import queries
from app.calls.policies import may_create_programme
from app.calls.use_cases.import_call import import_call
from app.core.actor import Role
from app.core.errors import DomainError, NotPermittedError, RulesViolatedError, SignInRequiredError
from app.core.paging import Page, PageRequest
from app.core.violations import Violation
from app.delivery.guards import programme_officer, staff
from app.delivery.incoming import Incoming
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.web.call_places import call_home
from app.web.call_view.mistakes import Mistake, mistakes_of
from app.web.deadlines import shown_deadline
from app.web.forms import FormView, typed_in
from app.web.lists import Column, Filter, Listing, ListSpec, answer_list
from app.web.pages import page, redirect
from app.web.requests import Request_

router = APIRouter(prefix="/officer/calls")


@router.get("")
def show(incoming: Request_) -> Response:
    """Calls that the person follows, for the office drafts too. Everybody who works for the public body."""

    def answer(work: Work) -> Response:
        listing = Listing.read(incoming, _spec(work))

        def fetch(wanted: PageRequest) -> Page[OfficeCall]:
            narrowed = OfficeCallFilter(listing.q, listing.value("programme"), listing.value("standing"))
            return office_calls(
                work.session,
                work.actor,
                narrowed,
                wanted,
                now=work.now,
                sort=listing.sort,
                descending=listing.descending,
            )

        return answer_list(
            work,
            "officer/calls.html",
            listing,
            fetch,
            name="calls",
            closes=lambda at: shown_deadline(work, at),
            home_of=lambda row: call_home(work.actor, row),
            prepares=work.actor.has(Role.PROGRAMME_OFFICER) or work.actor.has(Role.ADMINISTRATOR),
        )

    return run(incoming, READ, staff, answer)


@router.get("/new")
def ask(incoming: Request_) -> Response:
    """The form that takes a call document. Programme officers and administrators."""
    return run(incoming, READ, programme_officer, lambda work: _form(work, FormView()))


@router.post("/new")
def take(incoming: Request_) -> Response:
    """Store the document as a draft and show it as the public will see it."""

    def store(work: Work) -> Response:
        saved = import_call(work.session, work.actor, sent_document(incoming), now=work.now)
        return redirect(f"/officer/calls/{saved.call_id}/preview", notice="saved")

    try:
        return run(incoming, WRITE, programme_officer, store)
    except (SignInRequiredError, NotPermittedError):
        raise
    except DomainError as error:
        refused = error
    return run(incoming, READ, programme_officer, lambda work: _form(work, FormView(typed_in(incoming.form)), refused))


def sent_document(incoming: Incoming) -> bytes:
    """The uploaded file, else the text of the form; raise RulesViolated where there is neither."""
    file = incoming.form.get("file") if incoming.form is not None else None
    if isinstance(file, UploadFile) and (content := file.file.read()):
        return content
    text = (typed_in(incoming.form).get("document") or [""])[-1]
    if not text.strip():
        raise RulesViolatedError([Violation("document.missing", "Choose a file or paste the document.", "file")])
    return text.encode()


def _form(work: Work, form: FormView, error: DomainError | None = None) -> Response:
    found = mistakes_of(error, work.known.language) if error else ()
    return page(
        work,
        "officer/call_new.html",
        status=422 if error else 200,
        errors=summary_of(found),
        form=form,
        mistakes=found,
        programmes=queries.programmes(work.session),
        may_create_programme=may_create_programme(work.actor),
    )


def summary_of(found: Sequence[Mistake]) -> tuple[Violation, ...]:
    """The line above a page that leads to the table of mistakes."""
    if not found:
        return ()
    one, more = "The document has a mistake.", "The document has {count} mistakes."
    return (Violation("document.mistakes", one if len(found) == 1 else more, "mistakes", {"count": len(found)}),)


def _spec(work: Work) -> ListSpec[OfficeCall]:
    codes = [code for _id, code, _title in queries.programmes(work.session)]
    return ListSpec(
        columns=(
            Column("title", "Call", lambda row: row.title, sortable=True),
            Column("identifier", "Identifier", lambda row: row.identifier, only_export=True),
            Column("programme", "Programme", lambda row: row.programme, sortable=True),
            Column("standing", "State", lambda row: row.standing),
            Column("version", "Version", lambda row: row.version or row.waiting),
            Column("deadline", "Deadline", lambda row: row.deadline, sortable=True),
            Column("drafts", "Drafts", lambda row: row.drafts, align="right", sortable=True),
            Column("submitted", "Submitted", lambda row: row.submitted, align="right", sortable=True),
            Column("envelope", "Envelope", lambda row: row.envelope, only_export=True),
        ),
        filters=(
            Filter("standing", "State", [(each, each) for each in STANDINGS]),
            Filter("programme", "Programme", [(code, code) for code in codes]),
        ),
        sort="-made",
    )
