"""Awards of a call: prepare, sign, take back, promote from the reserve list; letters to look at and send."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from app.api.application_shapes import Made
from app.api.award_shapes import (
    AwardItem,
    LetterDocument,
    LetterItem,
    PreparedAwards,
    SentLetters,
    SignedAwards,
    award_item,
    letter_item,
    signed_shape,
)
from app.api.paging import ItemsPage, Paging, items_page
from app.api.requests import SECOND_STEP, Identifier, Request_, Searched
from app.applications.queries.office_calls import call_scope
from app.core.errors import NotFoundError
from app.delivery.award_guards import (
    prepares_award,
    prepares_awards,
    prepares_letter,
    reads_award,
    reads_awards,
    reads_letter,
    signs_award,
    signs_awards,
)
from app.delivery.guards import reads_application, stepped_up
from app.delivery.idempotency import once
from app.delivery.letters import letter_content
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.grants.queries.awards import award_row, awards_page
from app.grants.queries.letters import letter_row, letters_page, sent_letters
from app.grants.rules.lifecycle import AwardState
from app.grants.rules.outcomes import Outcome
from app.grants.schemas import AwardFilter, DropAward, LetterFilter, LetterRow, PromoteReserve, SendLetters, SignAwards
from app.grants.use_cases.drop_award import drop_award
from app.grants.use_cases.prepare_awards import prepare_awards
from app.grants.use_cases.preview_letter import preview_letter
from app.grants.use_cases.promote_reserve import promote_reserve
from app.grants.use_cases.send_letters import send_letters
from app.grants.use_cases.sign_award import sign_award, sign_awards

router = APIRouter(tags=["awards"])


def _call(work: Work, identifier: str) -> UUID:
    scope = call_scope(work.session, identifier)
    if scope is None:
        raise NotFoundError("call")
    return scope[0]


@router.get("/calls/{identifier}/awards")
def find(  # the filters are the parameters
    incoming: Request_,
    identifier: Identifier,
    paging: Paging,
    q: Searched = "",
    outcome: Outcome | None = None,
    state: AwardState | None = None,
) -> ItemsPage[AwardItem]:
    """Decisions of a call, best placed first. The office and who follows the money."""
    wanted = AwardFilter(q.strip(), outcome.value if outcome else "", state.value if state else "")

    def answer(work: Work) -> ItemsPage[AwardItem]:
        return items_page(awards_page(work.session, _call(work, identifier), wanted, paging), award_item)

    return run(incoming, READ, reads_awards(identifier), answer)


@router.post("/calls/{identifier}/awards", status_code=201, response_model=PreparedAwards)
def prepare(incoming: Request_, identifier: Identifier) -> Response:
    """Prepare the decisions from the adopted ranking and the refusals; no body. Send an Idempotency-Key."""

    def create(work: Work) -> Response:
        made = prepare_awards(work.session, work.actor, _call(work, identifier), now=work.now)
        return JSONResponse({"ids": [str(one) for one in made]}, 201, headers={"location": incoming.path})

    return run(incoming, WRITE, prepares_awards(identifier), lambda work: once(work, b"", create))


@router.post("/calls/{identifier}/awards/signatures", dependencies=[SECOND_STEP])
def sign_several(incoming: Request_, identifier: Identifier, command: SignAwards) -> SignedAwards:
    """Sign decisions, best placed first; what cannot be signed is left and named. 422 where none can be signed."""

    def write(work: Work) -> SignedAwards:
        call_id = _call(work, identifier)
        return signed_shape(sign_awards(work.session, work.actor, call_id, command, now=work.now))

    return run(incoming, WRITE, stepped_up(signs_awards(identifier)), write)


@router.post("/calls/{identifier}/awards/promotions", status_code=201, response_model=Made)
def promote(incoming: Request_, identifier: Identifier, command: PromoteReserve) -> Response:
    """Prepare an award for the next of the reserve list of an envelope. Send an Idempotency-Key."""

    def create(work: Work) -> Response:
        made = promote_reserve(work.session, work.actor, _call(work, identifier), command, now=work.now)
        return JSONResponse({"id": str(made)}, 201, headers={"location": f"/api/v1/awards/{made}"})

    body = command.model_dump_json().encode()
    return run(incoming, WRITE, prepares_awards(identifier), lambda work: once(work, body, create))


@router.get("/awards/{award_id}")
def read(incoming: Request_, award_id: UUID) -> AwardItem:
    """One decision."""
    return run(incoming, READ, reads_award(award_id), lambda work: award_item(award_row(work.session, award_id)))


@router.post("/awards/{award_id}/signature", status_code=204, dependencies=[SECOND_STEP])
def sign(incoming: Request_, award_id: UUID) -> None:
    """Sign one decision; an award of the main list binds its amount."""
    run(
        incoming,
        WRITE,
        stepped_up(signs_award(award_id)),
        lambda work: sign_award(work.session, work.actor, award_id, now=work.now),
    )


@router.post("/awards/{award_id}/drop", status_code=204)
def drop(incoming: Request_, award_id: UUID, command: DropAward) -> None:
    """Take a preparation back, with its reason."""
    run(
        incoming,
        WRITE,
        prepares_award(award_id),
        lambda work: drop_award(work.session, work.actor, award_id, command, now=work.now),
    )


@router.get("/calls/{identifier}/letters")
def letters(
    incoming: Request_, identifier: Identifier, paging: Paging, q: Searched = "", standing: Searched = ""
) -> ItemsPage[LetterItem]:
    """Letters of a call; ``standing`` is unseen, seen or sent."""
    wanted = LetterFilter(q.strip(), standing=standing)

    def answer(work: Work) -> ItemsPage[LetterItem]:
        return items_page(letters_page(work.session, _call(work, identifier), wanted, paging), letter_item)

    return run(incoming, READ, reads_awards(identifier), answer)


@router.post("/calls/{identifier}/letters/sending")
def send(incoming: Request_, identifier: Identifier, command: SendLetters) -> SentLetters:
    """Send letters that somebody has looked at, all or none."""

    def write(work: Work) -> SentLetters:
        call_id = _call(work, identifier)
        return SentLetters(sent=send_letters(work.session, work.actor, call_id, command, now=work.now))

    return run(incoming, WRITE, prepares_awards(identifier), write)


@router.get("/letters/{letter_id}")
def read_letter(incoming: Request_, letter_id: UUID) -> LetterDocument:
    """The letter and its report, word for word as facts."""
    return run(
        incoming, READ, reads_letter(letter_id), lambda work: _document(work, letter_row(work.session, letter_id))
    )


@router.post("/letters/{letter_id}/preview", status_code=204)
def note_preview(incoming: Request_, letter_id: UUID) -> None:
    """Say that somebody looked at the letter and that it may leave."""
    run(
        incoming,
        WRITE,
        prepares_letter(letter_id),
        lambda work: preview_letter(work.session, work.actor, letter_id, now=work.now),
    )


@router.get("/applications/{application_id}/outcome")
def outcome(incoming: Request_, application_id: UUID) -> list[LetterDocument]:
    """The letters that the consortium has, latest first; nothing before one is sent."""

    def answer(work: Work) -> list[LetterDocument]:
        return [_document(work, row) for row in sent_letters(work.session, application_id)]

    return run(incoming, READ, reads_application(application_id), answer)


def _document(work: Work, letter: LetterRow) -> LetterDocument:
    content, summary = letter_content(work.session, letter, now=work.now)
    return LetterDocument(
        letter=letter_item(letter), content=content.plain(), summary=summary.plain() if summary is not None else None
    )
