"""What the bank says: upload a statement, see which line is which payment, and match what it did not name."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from starlette.datastructures import UploadFile
from starlette.responses import Response

from app.core.errors import RulesViolatedError
from app.core.paging import Page, PageRequest
from app.delivery.payment_guards import reads_statements, records_statements
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.infra.templates import instant_text, locale_of, translator
from app.payments import policies
from app.payments.queries.lines import line_figures, recent_statements
from app.payments.queries.reports import reports_page
from app.payments.queries.statements import lines_page, sent_named, stated
from app.payments.rules.lines import LineState
from app.payments.rules.statements import Sent, match_findings
from app.payments.rules.status_files import read_message
from app.payments.schemas import LineFilter, LineRow, MatchLine, Received
from app.payments.use_cases.match_line import match_line
from app.payments.use_cases.record_report import record_message
from app.web.findings import shown
from app.web.forms import FormView, attempt, command_from
from app.web.line_words import STANDINGS, STATES, aside_words
from app.web.lists import Column, Filter, Listing, ListSpec, answer_list
from app.web.pages import redirect
from app.web.requests import Request_

router = APIRouter(prefix="/payments/statement")
_NOTICES = {
    (False, False): "recorded",
    (False, True): "nothing-new",
    (True, False): "status-recorded",
    (True, True): "status-known",
}
"""Key of the notice: whether it was a status report, and whether it was known."""
_LATEST = PageRequest(1, 5)


@router.get("")
def show(incoming: Request_) -> Response:
    """Lines of the statements, latest first. Accounting officers and auditors."""
    return run(incoming, READ, reads_statements, lambda work: _page(work, FormView()))


@router.post("")
def upload(incoming: Request_) -> Response:
    """Record what the bank sent, a statement or a status report; each line and report once. An accounting officer."""
    sent = incoming.form.get("statement") if incoming.form is not None else None
    data = sent.file.read() if isinstance(sent, UploadFile) else b""

    def do() -> Response:
        run(incoming, READ, records_statements, lambda _work: None)
        message, findings = read_message(data)
        if findings:
            raise RulesViolatedError(findings)

        def write(work: Work) -> Response:
            done = record_message(work.session, work.actor, message, now=work.now)
            return redirect(_place_of(done), notice=_NOTICES[done.report_id is not None, done.again])

        return run(incoming, WRITE, records_statements, write)

    return attempt(incoming, records_statements, do, _page)


@router.post("/{line_id:uuid}/match")
def match(incoming: Request_, line_id: UUID) -> Response:
    """Say which payment a line is. An accounting officer."""

    def write(work: Work) -> Response:
        command = command_from(incoming.form, MatchLine)
        paid = match_line(work.session, work.actor, line_id, command, now=work.now)
        return redirect(f"/payments/{paid}", notice="payment-matched")

    return attempt(incoming, records_statements, lambda: run(incoming, WRITE, records_statements, write), _page)


def _place_of(done: Received) -> str:
    """Where what was recorded is shown."""
    if done.report_id is not None:
        return f"/payments/statement/reports/{done.report_id}"
    made = done.recorded.statement_id if done.recorded is not None else None
    return f"/payments/statement?recorded={made}" if made is not None else "/payments/statement"


def _page(work: Work, form: FormView) -> Response:
    statements = recent_statements(work.session, work.actor)
    listing = replace(Listing.read(work.incoming, _spec(work, statements)), path="/payments/statement")
    chosen = listing.value("recorded")
    statement_id = UUID(chosen) if chosen else None

    def fetch(request: PageRequest) -> Page[LineRow]:
        wanted = LineFilter(listing.q, listing.value("standing"), statement_id)
        return lines_page(work.session, work.actor, wanted, request, sort=listing.sort, descending=listing.descending)

    return answer_list(
        work,
        "finance/statement.html",
        listing,
        fetch,
        name="statement-lines",
        status=form.status,
        errors=form.violations,
        form=form,
        records=policies.records_statements(work.actor),
        figures=line_figures(work.session, work.actor, statement_id),
        only=f"&recorded={chosen}" if chosen else "",
        reports=reports_page(work.session, work.actor, _LATEST).rows,
        why_of=lambda rows: why_open(work, rows),
        aside_of=lambda row: aside_words(row, work.known.language),
    )


def why_open(work: Work, rows: Sequence[LineRow]) -> dict[UUID, str]:
    """Why each open line is not matched, in words. One query."""
    waiting = [row for row in rows if row.state is LineState.OPEN]
    known = sent_named(work.session, work.actor, {row.end_to_end_id for row in waiting})
    return {row.id: _why(row, known.get(row.end_to_end_id), work.known.language) for row in waiting}


def _why(row: LineRow, named: Sent | None, language: str) -> str:
    """Why nobody has matched a line yet; money that came with the name of a payment is recorded there."""
    found = " ".join(shown(finding, language=language).text for finding in match_findings(stated(row), named))
    if found or row.amount.cents < 0:
        return found
    words = translator(language)("With this line %(payment)s came back: record that at the payment.")
    return words % {"payment": row.end_to_end_id}


def _spec(work: Work, statements: Mapping[UUID, tuple[datetime, int]]) -> ListSpec[LineRow]:
    say, locale, zone = translator(work.known.language), locale_of(work.known.language), work.known.zone
    brought = [
        (
            str(statement_id),
            say("%(when)s, lines: %(count)s") % {"when": instant_text(at, locale, zone=zone), "count": count},
        )
        for statement_id, (at, count) in statements.items()
    ]
    return ListSpec(
        columns=(
            Column("booked_on", "Booked", lambda row: row.booked_on, sortable=True),
            Column("counterparty", "With", lambda row: row.counterparty, sortable=True),
            Column("text", "Text", lambda row: row.text, only_export=True),
            Column("end_to_end_id", "Reference of the bank", lambda row: row.end_to_end_id, only_export=True),
            Column("amount", "Amount", lambda row: row.amount, align="right", sortable=True),
            Column("state", "State", lambda row: say(STATES[row.state]), only_export=True),
            Column("payment", "What it is", lambda row: row.payment or row.settles or aside_words(row, "en")),
        ),
        filters=(Filter("standing", "Which", STANDINGS), Filter("recorded", "Recorded", brought)),
        sort="-booked_on",
    )
