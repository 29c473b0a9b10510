"""Reports of a grant: the list, one report as a task list, its check, its submission, its costs as a file."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.queries import names_under_acts
from app.calls.rules.grant_kinds import GrantTerms
from app.core.violations import blocking, fill
from app.delivery.idempotency import once
from app.delivery.reporting_guards import consortium_of_grant, reports_for_grant
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.documents.queries import documents_of
from app.grants.queries.agreement import agreement_of
from app.grants.queries.facts import day_of
from app.grants.queries.grants import grant_head
from app.infra.templates import day_text, locale_of, translator
from app.reporting.queries.documents import ABOUT_REPORT
from app.reporting.queries.reports import reports_of
from app.reporting.rules.lifecycle import SEEN_BY_OFFICE
from app.reporting.rules.technical import TEXTS
from app.reporting.schemas import ReportRow
from app.reporting.use_cases.submit_report import submit_report
from app.web.exports import FORMATS, export
from app.web.forms import FormView, attempt, body_of
from app.web.pages import page, redirect
from app.web.reporting_view.correction import correction_of
from app.web.reporting_view.report import (
    AFTER,
    COST_HEADS,
    STATES,
    at_place,
    cost_cells,
    export_name,
    next_day,
    next_words,
    report_shell,
    sheet_of,
)
from app.web.reporting_view.settling import payment_after, recovery_of
from app.web.requests import Request_

router = APIRouter(prefix="/grants/{grant_id:uuid}/reports")


@router.get("")
def show_all(incoming: Request_, grant_id: UUID) -> Response:
    """The reporting periods with their dates, their state and what was paid. The consortium."""
    guard = consortium_of_grant(grant_id)
    return run(incoming, READ, guard, lambda work: reports_page(work, grant_id, f"/grants/{grant_id}"))


@router.get("/{number:int}")
def show(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """What is to do for one report, by whom; afterwards what was decided. ``format`` gives its costs as a file."""
    guard = consortium_of_grant(grant_id)
    kind = incoming.query.get("format", "")
    if kind in FORMATS:
        return run(incoming, READ, guard, lambda work: costs_file(work, grant_id, number, kind))
    return run(incoming, READ, guard, lambda work: _home(work, grant_id, number))


@router.get("/{number:int}/check")
def check(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """Everything that stops the report, and what it would claim."""
    guard = consortium_of_grant(grant_id)
    return run(incoming, READ, guard, lambda work: _check(work, grant_id, number, FormView()))


@router.post("/{number:int}/submission")
def submit(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """Submit the report. The coordinator's contact."""

    def create(work: Work) -> Response:
        submit_report(work.session, work.actor, grant_id, number, now=work.now)
        return redirect(f"/grants/{grant_id}/reports/{number}", notice="report-received")

    guard = reports_for_grant(grant_id)
    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, lambda work: once(work, body_of(incoming.form), create)),
        lambda work, form: _check(work, grant_id, number, form),
    )


def reports_page(work: Work, grant_id: UUID, base: str) -> Response:
    """The periods of a grant; ``base`` is the home of the grant for this reader."""
    say = translator(work.known.language)
    rows = reports_of(work.session, grant_id)
    terms = agreement_of(work.session, grant_id).terms
    office = base.startswith("/officer")
    return page(
        work,
        "beneficiary/reports.html",
        grant=grant_head(work.session, grant_id),
        base=base,
        rows=rows,
        opens={row.number: not office or row.state in SEEN_BY_OFFICE for row in rows},
        today=day_of(work.now),
        states={state: (say(words), look) for state, (words, look) in STATES.items()},
        after={kind: say(words) for kind, words in AFTER.items()},
        next={row.number: next_sentence(work, row, terms) for row in rows},
    )


def next_sentence(work: Work, row: ReportRow, terms: GrantTerms) -> str:
    """Who acts next on a report and by when, in the reader's words: what is due is paid within the term of the call."""
    language = work.known.language
    locale = locale_of(language)
    today = day_of(work.now)
    binds = next_day(row, terms, today)
    words = next_words(row, today)
    booked = {"paid": row.paid_on, "back": row.recovered_on}
    days = {
        "day": day_text(binds, locale),
        **{name: day_text(one, locale) if one else "" for name, one in booked.items()},
    }
    say = translator(language)
    sentence = fill(say(words), days)
    late = (today - binds).days
    if "{day}" not in words or late < 1:
        return sentence
    return (
        f"{sentence} {say('It is 1 day late.') if late == 1 else fill(say('It is {late} days late.'), {'late': late})}"
    )


def costs_file(work: Work, grant_id: UUID, number: int, kind: str) -> Response:
    """The claimed costs of a report as CSV or XLSX."""
    reading = report_shell(work, grant_id, number).reading
    return export(kind, export_name(reading), COST_HEADS, cost_cells(reading, work.known.language))


def _home(work: Work, grant_id: UUID, number: int) -> Response:
    frame = report_shell(work, grant_id, number)
    reading = frame.reading
    found = reading.findings(frame.today)
    values = {one.id for one in reading.values if one.value is not None}
    return page(
        work,
        "beneficiary/report.html",
        frame=frame,
        next=next_sentence(work, frame.row, reading.agreement.terms),
        late=frame.row.late(frame.today),
        correction=correction_of(work, frame),
        written=sum(1 for text in TEXTS if reading.texts.get(text.id, "").strip()),
        texts=len(TEXTS),
        reported=sum(1 for target in reading.targets if target.id in values),
        stopping=len(blocking(found)),
        stops={
            str(one.partner_id): len(blocking(reading.findings_of(one.partner_id, frame.today)))
            for one in reading.partners
        },
        sheet=sheet_of(work, reading) if reading.calculation is not None else None,
        documents=documents_of(work.session, ABOUT_REPORT, [frame.row.period_id]),
        names=names_under_acts(work.session, [one.signed_by for one in reading.statements.values()]),
        after=translator(work.known.language)(AFTER[frame.row.payment]),
        payment=payment_after(work, reading),
        recovery=recovery_of(work, reading),
    )


def _check(work: Work, grant_id: UUID, number: int, form: FormView) -> Response:
    frame = report_shell(work, grant_id, number)
    found = frame.reading.findings(frame.today)
    language = work.known.language
    return page(
        work,
        "beneficiary/report_check.html",
        status=form.status,
        errors=() if blocking(found) else form.violations,
        frame=frame,
        correction=correction_of(work, frame),
        findings=[at_place(frame, one, language) for one in found],
        stopping=len(blocking(found)),
        summary=frame.reading.summary,
    )
