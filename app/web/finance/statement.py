"""What the bank says: upload a statement, see which line is which payment, and match what it did not name."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from fastapi import APIRouter
from starlette.datastructures import UploadFile
from starlette.responses import Response

from app.audit.queries import EventFilter, events_page
from app.core.errors import RulesViolatedError
from app.core.paging import Page, PageRequest
from app.delivery.payment_guards import reads_statements, records_statements
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.payments import policies
from app.payments.events import StatementRecorded
from app.payments.queries.statements import lines_page, sent_named, stated
from app.payments.rules.statement_files import read_statement
from app.payments.rules.statements import match_findings
from app.payments.schemas import LineFilter, LineRow, MatchLine
from app.payments.use_cases.match_line import match_line
from app.payments.use_cases.record_statement import record_statement
from app.web.findings import shown
from app.web.forms import FormView, attempt, command_from
from app.web.lists import Column, Filter, Listing, ListSpec, answer_list
from app.web.pages import redirect
from app.web.requests import Request_

router = APIRouter(prefix="/payments/statement")
SPEC: ListSpec[LineRow] = ListSpec(
    columns=(
        Column("booked_on", "Booked", lambda row: row.booked_on, sortable=True),
        Column("counterparty", "With", lambda row: row.counterparty, sortable=True),
        Column("text", "Text", lambda row: row.text, only_export=True),
        Column("end_to_end_id", "Reference of the bank", lambda row: row.end_to_end_id, only_export=True),
        Column("amount", "Amount", lambda row: row.amount, align="right", sortable=True),
        Column("payment", "Payment", lambda row: row.payment),
    ),
    filters=(Filter("standing", "Which", [("open", "Not matched"), ("matched", "Matched")]),),
    sort="-booked_on",
)


@router.get("")
def show(incoming: Request_) -> Response:
    """Lines of the statements, latest first. Accounting officers and auditors."""
    return run(incoming, READ, reads_statements, lambda work: _page(work, FormView()))


@router.post("")
def upload(incoming: Request_) -> Response:
    """Record a statement; each line once. An accounting officer."""
    sent = incoming.form.get("statement") if incoming.form is not None else None
    data = sent.file.read() if isinstance(sent, UploadFile) else b""

    def do() -> Response:
        run(incoming, READ, records_statements, lambda _work: None)
        lines, findings = read_statement(data)
        if findings:
            raise RulesViolatedError(findings)

        def write(work: Work) -> Response:
            done = record_statement(work.session, work.actor, lines, now=work.now)
            return redirect("/payments/statement", notice="statement-recorded" if done.new else "nothing-new")

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


def _page(work: Work, form: FormView) -> Response:
    listing = replace(Listing.read(work.incoming, SPEC), path="/payments/statement")

    def fetch(request: PageRequest) -> Page[LineRow]:
        wanted = LineFilter(listing.q, listing.value("standing"))
        return lines_page(work.session, work.actor, wanted, request, sort=listing.sort, descending=listing.descending)

    return answer_list(
        work,
        "finance/statement.html",
        listing,
        fetch,
        name="statement-lines",
        told=_recorded(work),
        status=form.status,
        errors=form.violations,
        form=form,
        records=policies.records_statements(work.actor),
        why_of=lambda rows: _why(work, rows),
    )


def _recorded(work: Work) -> Mapping[str, object]:
    """What the statement that the person recorded last came to, as the event log tells it. Two queries."""
    if not work.incoming.query.get("notice"):
        return {}
    wanted = EventFilter(kind=StatementRecorded.kind, actor_id=work.actor.person_id)
    last = events_page(work.session, wanted, PageRequest(size=1)).rows
    if not last:
        return {}
    new, paid = last[0].facts["new"], last[0].facts["paid"]
    return {"new": new, "paid": paid, "open": new - paid}


def _why(work: Work, rows: Sequence[LineRow]) -> dict[UUID, str]:
    """Why each open line is not matched, in words. One query."""
    waiting = [row for row in rows if row.is_open]
    known = sent_named(work.session, work.actor, {row.end_to_end_id for row in waiting})
    return {
        row.id: " ".join(
            shown(finding, language=work.known.language).text
            for finding in match_findings(stated(row), known.get(row.end_to_end_id))
        )
        for row in waiting
    }
