"""Lines of the statements: which there are, which payment each is, and why others are none."""

from uuid import UUID

from fastapi import APIRouter

from app.api.paging import ItemsPage, Paging, items_page
from app.api.payment_shapes import PaidPayment, StatementLineItem, line_item
from app.api.requests import Request_, Searched
from app.delivery.payment_guards import (
    confirms_line,
    reads_statements,
    records_statements,
    sees_line,
    takes_up_line,
)
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.payments.queries.lines import line_row
from app.payments.queries.statements import lines_page
from app.payments.schemas import GiveReason, LineFilter, MatchLine, SetAside
from app.payments.use_cases.match_line import match_line
from app.payments.use_cases.set_line_aside import confirm_line, set_line_aside, take_up_line

router = APIRouter(prefix="/statement-lines", tags=["payments"])


@router.get("")
def find(
    incoming: Request_, paging: Paging, q: Searched = "", standing: Searched = "", statement: UUID | None = None
) -> ItemsPage[StatementLineItem]:
    """Lines, latest first; ``standing`` is open, proposed, aside, matched or came_back, ``statement`` one recording."""

    def answer(work: Work) -> ItemsPage[StatementLineItem]:
        wanted = LineFilter(q.strip(), standing, statement)
        return items_page(lines_page(work.session, work.actor, wanted, paging), line_item)

    return run(incoming, READ, reads_statements, answer)


@router.get("/{line_id}")
def read(incoming: Request_, line_id: UUID) -> StatementLineItem:
    """One line: who reads statements in its scope, and who confirms that it is set aside."""
    return run(incoming, READ, sees_line(line_id), lambda work: line_item(line_row(work.session, work.actor, line_id)))


@router.post("/{line_id}/match")
def match(incoming: Request_, line_id: UUID, command: MatchLine) -> PaidPayment:
    """Say which payment an open line is; it is paid by it."""

    def write(work: Work) -> PaidPayment:
        return PaidPayment(payment_id=match_line(work.session, work.actor, line_id, command, now=work.now))

    return run(incoming, WRITE, records_statements, write)


@router.post("/{line_id}/setting-aside", status_code=204)
def set_aside(incoming: Request_, line_id: UUID, command: SetAside) -> None:
    """Say why an open line is no payment. One that concerns a payment waits for another person."""
    run(
        incoming,
        WRITE,
        records_statements,
        lambda work: set_line_aside(work.session, work.actor, line_id, command, now=work.now),
    )


@router.post("/{line_id}/confirmation", status_code=204)
def confirm(incoming: Request_, line_id: UUID) -> None:
    """Confirm it: an authorising officer, or an accounting officer who did not set it aside."""
    run(
        incoming,
        WRITE,
        confirms_line(line_id),
        lambda work: confirm_line(work.session, work.actor, line_id, now=work.now),
    )


@router.post("/{line_id}/taking-up", status_code=204)
def take_up(incoming: Request_, line_id: UUID, command: GiveReason) -> None:
    """Open a line again that was set aside, with the reason."""
    run(
        incoming,
        WRITE,
        takes_up_line(line_id),
        lambda work: take_up_line(work.session, work.actor, line_id, command, now=work.now),
    )
