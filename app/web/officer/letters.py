"""Letters to send: each is looked at before it leaves; then the chosen ones are sealed and sent."""

from dataclasses import replace
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.queries import names_under_acts
from app.applications.queries.office_calls import office_call
from app.core.paging import Page, PageRequest
from app.delivery.award_guards import prepares_awards, prepares_letter, reads_awards, reads_letter
from app.delivery.letters import letter_content
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.documents.queries import document
from app.grants import policies
from app.grants.queries.awards import figures_of
from app.grants.queries.letters import letter_row, letters_page, next_unseen
from app.grants.rules.lifecycle import LetterKind
from app.grants.schemas import LetterFilter, LetterRow, SendLetters
from app.grants.use_cases.preview_letter import preview_letter
from app.grants.use_cases.send_letters import send_letters
from app.infra.templates import translator
from app.web.forms import FormView, attempt, command_from
from app.web.lists import Column, Filter, Listing, ListSpec, answer_list
from app.web.officer.awards import crumbs
from app.web.pages import page, redirect
from app.web.requests import Request_

router = APIRouter(prefix="/officer")
_CALL = "/calls/{call_id:uuid}/letters"
_LETTER = "/letters/{letter_id:uuid}"


@router.get(_CALL)
def show(incoming: Request_, call_id: UUID) -> Response:
    """Every letter of the call. The call's office and who follows its money."""
    return run(incoming, READ, reads_awards(call_id), lambda work: _list_page(work, call_id, FormView()))


@router.post(_CALL)
def send(incoming: Request_, call_id: UUID) -> Response:
    """Send the chosen letters, all of them or none. Who manages the call."""

    def write(work: Work) -> Response:
        command = command_from(incoming.form, SendLetters, lists=("letter_ids",))
        send_letters(work.session, work.actor, call_id, command, now=work.now)
        return redirect(f"/officer/calls/{call_id}/letters", notice="letters-sent")

    guard = prepares_awards(call_id)
    return attempt(
        incoming, guard, lambda: run(incoming, WRITE, guard, write), lambda work, form: _list_page(work, call_id, form)
    )


@router.get(_LETTER)
def preview(incoming: Request_, letter_id: UUID) -> Response:
    """The letter and its report as they would be sent now, or as they were sent. The call's office."""
    return run(incoming, READ, reads_letter(letter_id), lambda work: _letter_page(work, letter_id))


@router.post(f"{_LETTER}/preview")
def note_preview(incoming: Request_, letter_id: UUID) -> Response:
    """Say that the letter may leave; the next one that nobody has looked at follows. Who manages the call."""

    def write(work: Work) -> Response:
        preview_letter(work.session, work.actor, letter_id, now=work.now)
        call_id = letter_row(work.session, letter_id).call_id
        following = next_unseen(work.session, call_id)
        return redirect(
            f"/officer/letters/{following}" if following else f"/officer/calls/{call_id}/letters", notice="done"
        )

    return run(incoming, WRITE, prepares_letter(letter_id), write)


def _letter_page(work: Work, letter_id: UUID) -> Response:
    letter = letter_row(work.session, letter_id)
    call = office_call(work.session, letter.call_id, now=work.now)
    say = translator(work.known.language)
    facts, summary = letter_content(work.session, letter, now=work.now)
    documents = (letter.document_id, letter.summary_document_id)
    return page(
        work,
        "officer/letter.html",
        row=letter,
        call=call,
        letter=facts,
        summary=summary,
        trail=crumbs(work, call, (say("Letters"), f"/officer/calls/{call.id}/letters"), (letter.reference, "")),
        names=names_under_acts(work.session, [letter.previewed_by, letter.sent_by]),
        may_send=policies.prepares_awards(work.actor, call.id, call.programme_id),
        documents=[found for one in documents if one is not None and (found := document(work.session, one))],
    )


def _list_page(work: Work, call_id: UUID, form: FormView) -> Response:
    call = office_call(work.session, call_id, now=work.now)
    say = translator(work.known.language)
    listing: Listing[LetterRow] = replace(Listing.read(work.incoming, _SPEC), path=f"/officer/calls/{call_id}/letters")

    def fetch(wanted: PageRequest) -> Page[LetterRow]:
        narrowed = LetterFilter(listing.q, listing.value("kind"), listing.value("standing"))
        return letters_page(work.session, call_id, narrowed, wanted, sort=listing.sort, descending=listing.descending)

    return answer_list(
        work,
        "officer/letters.html",
        listing,
        fetch,
        name=f"{call.identifier.lower()}-letters",
        status=form.status,
        errors=form.violations,
        call=call,
        trail=crumbs(work, call, (say("Awards"), f"/officer/calls/{call_id}/awards"), (say("Letters"), "")),
        figures=figures_of(work.session, call_id),
        following=next_unseen(work.session, call_id),
        may_send=policies.prepares_awards(work.actor, call_id, call.programme_id),
    )


_SPEC: ListSpec[LetterRow] = ListSpec(
    columns=(
        Column("acronym", "Letter to", lambda row: row.acronym, sortable=True),
        Column("reference", "Reference", lambda row: row.reference, only_export=True),
        Column("coordinator", "Coordinator", lambda row: row.coordinator, only_export=True),
        Column("outcome", "Outcome", lambda row: row.outcome),
        Column("kind", "Kind", lambda row: row.kind, only_export=True),
        Column("amount", "Amount", lambda row: row.amount, align="right"),
        Column("standing", "State", lambda row: row.standing),
        Column("sent", "Sent", lambda row: row.sent_at, only_export=True),
        Column("received", "Counts as received", lambda row: row.deemed_received_on, only_export=True),
        Column("redress", "Redress until", lambda row: row.redress_until, sortable=True),
    ),
    filters=(
        Filter(
            "kind",
            "Kind",
            [(LetterKind.INFORMATION.value, "Information letter"), (LetterKind.REJECTION.value, "Rejection letter")],
        ),
        Filter("standing", "State", [("unseen", "To be looked at"), ("seen", "Ready to send"), ("sent", "Sent")]),
    ),
    sort="prepared",
)
