"""One line of the statement: what the bank says, why it is no payment, who confirms that, and what happened to it."""

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.queries import counted_on, names_under_acts
from app.audit.queries import EventFilter, events_page
from app.core.paging import PageRequest
from app.delivery.guards import Guard
from app.delivery.payment_guards import confirms_line, records_statements, sees_line, takes_up_line
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.infra.templates import translator
from app.payments import policies
from app.payments.events import LineSetAside
from app.payments.queries.lines import confirms_line as may_confirm
from app.payments.queries.lines import line_row
from app.payments.rules.lines import LINE, LineEvent, aside_confirming_findings
from app.payments.schemas import GiveReason, LineRow, SetAside
from app.payments.use_cases.set_line_aside import confirm_line, set_line_aside, take_up_line
from app.web.event_words import shown_events
from app.web.finance.statement import why_open
from app.web.findings import shown
from app.web.forms import FormView, attempt, command_from, form_page
from app.web.line_words import KINDS, aside_words
from app.web.pages import redirect
from app.web.requests import Request_
from app.web.words import options

router = APIRouter(prefix="/payments/statement/{line_id:uuid}")
MOST_EVENTS = 100


@router.get("")
def show(incoming: Request_, line_id: UUID) -> Response:
    """The line with its history. Who reads statements in its scope, and who confirms that it is set aside."""
    return run(incoming, READ, sees_line(line_id), lambda work: _page(work, line_id, FormView()))


@router.post("/aside")
def set_aside(incoming: Request_, line_id: UUID) -> Response:
    """Say why it is no payment. An accounting officer."""
    return _do(
        incoming,
        line_id,
        records_statements,
        lambda work: set_line_aside(
            work.session, work.actor, line_id, command_from(incoming.form, SetAside), now=work.now
        ),
    )


@router.post("/confirm")
def confirm(incoming: Request_, line_id: UUID) -> Response:
    """Confirm that. An authorising officer, or an accounting officer who did not set it aside."""
    return _do(
        incoming,
        line_id,
        confirms_line(line_id),
        lambda work: confirm_line(work.session, work.actor, line_id, now=work.now),
    )


@router.post("/take-up")
def take_up(incoming: Request_, line_id: UUID) -> Response:
    """Open it again, with the reason. An accounting officer, or who confirms."""
    return _do(
        incoming,
        line_id,
        takes_up_line(line_id),
        lambda work: take_up_line(
            work.session, work.actor, line_id, command_from(incoming.form, GiveReason), now=work.now
        ),
    )


def _do(incoming: Request_, line_id: UUID, guard: Guard, use: Callable[[Work], None]) -> Response:
    def write(work: Work) -> Response:
        use(work)
        return redirect(f"/payments/statement/{line_id}", notice="line-stands")

    return attempt(
        incoming, guard, lambda: run(incoming, WRITE, guard, write), lambda work, form: _page(work, line_id, form)
    )


def _page(work: Work, line_id: UUID, form: FormView) -> Response:
    row = line_row(work.session, work.actor, line_id)
    say, language = translator(work.known.language), work.known.language
    found = events_page(work.session, EventFilter(subject_id=line_id), PageRequest(size=MOST_EVENTS))
    persons = counted_on(work.session, work.actor, LineSetAside, line_id)
    reads = any(work.actor.has(role) for role in policies.STATEMENT_READERS)
    return form_page(
        work,
        "finance/statement_line.html",
        form,
        line=row,
        trail=[
            (say("Payments"), "/payments"),
            *([(say("Statements"), "/payments/statement")] if reads else []),
            (say("Line"), ""),
        ],
        acts=_acts(work, row),
        why=why_open(work, [row]).get(row.id, ""),
        aside=aside_words(row, language),
        names=names_under_acts(work.session, (row.aside_by, row.aside_confirmed_by)),
        against=[shown(one, language=language).text for one in aside_confirming_findings(row.aside_by, persons)],
        kinds=[(value, say(words)) for value, words in options(KINDS)],
        events=shown_events(work, found.rows),
    )


def _acts(work: Work, row: LineRow) -> frozenset[str]:
    """The acts that are open on a line in this state and that the person's offices allow, by address."""
    records = policies.records_statements(work.actor)
    confirms = may_confirm(work.session, work.actor, row.id)
    open_to = {
        "aside": (LineEvent.SET_ASIDE, records),
        "confirm": (LineEvent.CONFIRM, confirms),
        "take-up": (LineEvent.TAKE_UP, records or confirms),
        "match": (LineEvent.MATCH, records and row.amount.cents < 0),
    }
    return frozenset(name for name, (event, may) in open_to.items() if may and LINE.allows(row.state, event))
