"""One submitted report: costs to accept, reduce or reject, what follows from it, the decision, payment and closure."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from fastapi import APIRouter
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from app.accounts.queries import names_under_acts
from app.core.errors import NotFoundError
from app.core.violations import Violation
from app.delivery.bank import bank_of
from app.delivery.guards import Guard, stepped_up
from app.delivery.idempotency import once
from app.delivery.incoming import Incoming
from app.delivery.reporting_guards import (
    assesses_reports,
    follows_report,
    follows_reports,
    records_recovery,
    requests_payment,
    waives_recovery,
)
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.delivery.validation import command_of
from app.documents.queries import documents_of
from app.infra.templates import translator
from app.reporting.queries.documents import ABOUT_REPORT
from app.reporting.queries.paid import may_be_asked
from app.reporting.rules.assessment import Verdict, open_lines
from app.reporting.rules.correction import usual_correction_day
from app.reporting.rules.lifecycle import ReportState
from app.reporting.rules.technical import TEXTS
from app.reporting.schemas import (
    AssessCosts,
    CostRow,
    DecideRecovery,
    DecideReport,
    NoteRecovery,
    ReturnReport,
    WaiveRecovery,
)
from app.reporting.use_cases.assess_costs import assess_costs
from app.reporting.use_cases.close_grant import close_grant
from app.reporting.use_cases.decide_recovery import decide_recovery
from app.reporting.use_cases.decide_report import decide_report
from app.reporting.use_cases.note_recovery import note_recovery
from app.reporting.use_cases.request_payment import request_payment
from app.reporting.use_cases.return_report import return_report
from app.reporting.use_cases.waive_recovery import waive_recovery
from app.web.beneficiary.reports import costs_file, next_sentence, reports_page
from app.web.exports import FORMATS
from app.web.forms import FormView, attempt, body_of, command_from, form_page, typed_in, version_in
from app.web.pages import redirect
from app.web.reporting_view.correction import correction_of
from app.web.reporting_view.report import AFTER, STATES, VERDICTS, report_shell, sheet_of
from app.web.reporting_view.settling import answered_by, lines_that_came, payment_after, recovery_of
from app.web.requests import Request_

router = APIRouter(prefix="/officer/grants/{grant_id:uuid}")
Judging = TypeVar("Judging", ReturnReport, DecideReport)
_PARTNERS = "partners"
"""The boxes of the statements that are given back."""
ACCEPT_REST = "accept-rest"
"""The button that accepts every cost without a decision."""


@router.get("/reports")
def show_all(incoming: Request_, grant_id: UUID) -> Response:
    """The reporting periods of a grant. The office and who follows the money."""
    guard = follows_reports(grant_id)
    return run(incoming, READ, guard, lambda work: reports_page(work, grant_id, f"/officer/grants/{grant_id}"))


@router.get("/reports/{number:int}")
def show(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """The report with its costs and what follows from it; ``format`` gives the costs as a file. The office."""
    guard = follows_report(grant_id, number)
    kind = incoming.query.get("format", "")
    if kind in FORMATS:
        return run(incoming, READ, guard, lambda work: costs_file(work, grant_id, number, kind))
    return run(incoming, READ, guard, lambda work: _page(work, grant_id, number, None))


@router.post("/reports/{number:int}/costs")
def assess(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """Store the decisions on the costs of the report; with the second button all that are open are accepted."""

    def write(work: Work) -> Response:
        reading = report_shell(work, grant_id, number).reading
        others = incoming.form is not None and incoming.form.get("go") == ACCEPT_REST
        wanted = {
            "costs": _decisions(incoming.form, reading.costs),
            "others": others,
            "times": version_in(incoming.form),
        }
        command = command_of(AssessCosts, wanted)
        assess_costs(work.session, work.actor, grant_id, number, command, now=work.now)
        return redirect(f"{_base(grant_id, number)}#costs", notice="assessed")

    return _act(incoming, assesses_reports(grant_id), (grant_id, number), write)


@router.post("/reports/{number:int}/return")
def give_back(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """Give the report back with a reason."""

    def write(work: Work) -> Response:
        command = _of_submission(incoming.form, ReturnReport, lists=(_PARTNERS,))
        return_report(work.session, work.actor, grant_id, number, command, now=work.now)
        return redirect(_base(grant_id, number), notice="report-given-back")

    return _act(incoming, assesses_reports(grant_id), (grant_id, number), write)


@router.post("/reports/{number:int}/decision")
def decide(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """Accept or reject the report."""

    def write(work: Work) -> Response:
        command = _of_submission(incoming.form, DecideReport)
        decide_report(work.session, work.actor, grant_id, number, command, now=work.now)
        return redirect(_base(grant_id, number), notice="report-decided")

    return _act(incoming, assesses_reports(grant_id), (grant_id, number), write)


@router.post("/reports/{number:int}/payment")
def pay(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """Hand what is due to the payment circuit, once."""

    def create(work: Work) -> Response:
        request_payment(work.session, work.actor, grant_id, number, now=work.now)
        return redirect(_base(grant_id, number), notice="report-payment-asked")

    body = body_of(incoming.form)
    return _act(incoming, requests_payment(grant_id), (grant_id, number), lambda work: once(work, body, create))


@router.post("/reports/{number:int}/hearing")
def hear(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """Confirm, lower or withdraw an announced recovery after the hearing. Who manages the call."""

    def write(work: Work) -> Response:
        command = command_from(incoming.form, DecideRecovery)
        payee = bank_of(incoming.runtime).payer
        decide_recovery(work.session, work.actor, grant_id, number, command, now=work.now, payee=payee)
        return redirect(_base(grant_id, number), notice="recovery-decided")

    return _act(incoming, assesses_reports(grant_id), (grant_id, number), write)


@router.post("/reports/{number:int}/recovery")
def recover(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """Take a line of the statement as what comes back, or a part of it. An accounting officer."""

    def write(work: Work) -> Response:
        command = command_from(incoming.form, NoteRecovery)
        note_recovery(work.session, work.actor, grant_id, number, command, now=work.now)
        return redirect(_base(grant_id, number), notice="recovery-noted")

    return _act(incoming, records_recovery(grant_id), (grant_id, number), write)


@router.post("/reports/{number:int}/waiver")
def waive(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """Ask back no more what did not come in. An authorising officer, with the second step."""

    def write(work: Work) -> Response:
        command = command_from(incoming.form, WaiveRecovery)
        waive_recovery(work.session, work.actor, grant_id, number, command, now=work.now)
        return redirect(_base(grant_id, number), notice="recovery-waived")

    return _act(incoming, stepped_up(waives_recovery(grant_id)), (grant_id, number), write)


@router.post("/reports/{number:int}/closure")
def close(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """Close the grant from its last report."""

    def write(work: Work) -> Response:
        close_grant(work.session, work.actor, grant_id, now=work.now)
        return redirect(_base(grant_id, number), notice="grant-closed")

    return _act(incoming, assesses_reports(grant_id), (grant_id, number), write)


def _act(incoming: Incoming, guard: Guard, at: tuple[UUID, int], write: Any) -> Response:  # noqa: ANN401  # a handler
    return attempt(
        incoming, guard, lambda: run(incoming, WRITE, guard, write), lambda work, form: _page(work, *at, form)
    )


def _of_submission(form: FormData | None, kind: type[Judging], lists: Sequence[str] = ()) -> Judging:
    """The command of the form, about the submission that its page showed; two buttons share its fields."""
    fields: list[tuple[str, str | UploadFile]] = [("times", version_in(form))]
    for name, value in form.multi_items() if form is not None else ():
        if name.partition("-")[0] in kind.model_fields:
            fields.append((name, value))
    return command_from(FormData(fields), kind, lists=lists)


def _base(grant_id: UUID, number: int) -> str:
    return f"/officer/grants/{grant_id}/reports/{number}"


def _decisions(form: FormData | None, costs: Sequence[CostRow]) -> list[dict[str, object]]:
    """Lines with a decision as typed; those that are as they are stored are left out."""
    typed = typed_in(form)
    lines: list[dict[str, object]] = []
    for one in costs:
        verdict, amount, reason = (
            (typed.get(f"{name}.{one.id}") or [""])[-1] for name in ("verdict", "amount", "reason")
        )
        if verdict and (verdict, amount, reason) != _stored(one):
            lines.append({"cost_id": one.id, "verdict": verdict, "amount": amount or None, "reason": reason})
    return lines


def _stored(cost: CostRow) -> tuple[str, str, str]:
    """The decision on a cost as the form shows it."""
    if cost.verdict is None:
        return "", "", ""
    reduced = cost.accepted if cost.verdict is Verdict.REDUCED else None
    return cost.verdict.value, reduced.amount if reduced is not None else "", cost.reason


def _typed(costs: Sequence[CostRow]) -> Mapping[str, Sequence[str]]:
    typed: dict[str, Sequence[str]] = {}
    for one in costs:
        names = (f"{name}.{one.id}" for name in ("verdict", "amount", "reason"))
        typed |= {name: [value] for name, value in zip(names, _stored(one), strict=True)}
    return typed


def _at_field(found: Violation) -> Violation:
    """``<cost>.amount`` as the fields of the form are called; findings about no field stay."""
    cost, _, name = found.place.partition(".")
    return found.at(f"{name}.{cost}") if name in {"amount", "reason"} else found


def _page(work: Work, grant_id: UUID, number: int, form: FormView | None) -> Response:
    frame = report_shell(work, grant_id, number)
    reading, say = frame.reading, translator(work.known.language)
    if frame.row.state in {ReportState.DUE, ReportState.DRAFT}:
        raise NotFoundError("report")
    recovery = recovery_of(work, reading)
    usual = FormView.of({"correct_by": usual_correction_day(frame.today)})
    view = FormView({**_typed(reading.costs), **usual.typed})
    if form is not None:
        typed = {**view.typed, **form.typed}
        view = FormView(typed, [_at_field(one) for one in form.violations], form.status)
    coming = next_sentence(work, frame.row, reading.agreement.terms)
    return form_page(
        work,
        "officer/grant_report.html",
        view,
        labels={},
        happened={"next": coming},
        frame=frame,
        next=coming,
        after=say(AFTER[frame.row.payment]),
        sheet=sheet_of(work, reading),
        left=open_lines(reading.costs),
        correction=correction_of(work, frame),
        named_boxes=[(str(one.partner_id), one.name, "") for one in reading.partners],
        asks=frame.pays and may_be_asked(work.session, reading),
        verdicts={verdict: (say(words), look) for verdict, (words, look) in VERDICTS.items()},
        titles={
            one.id: f"{one.code} {one.titles.in_language(work.known.language)}" for one in reading.summary.categories
        },
        texts=TEXTS,
        values={one.id: one for one in reading.values},
        states=STATES,
        names=names_under_acts(
            work.session,
            [frame.row.decided_by, answered_by(recovery), *(one.signed_by for one in reading.statements.values())],
        ),
        documents=documents_of(work.session, ABOUT_REPORT, [frame.row.period_id]),
        payment=payment_after(work, reading),
        recovery=recovery,
        heard=frame.row.hearing is not None and frame.row.hearing.heard(frame.today),
        came_in=lines_that_came(work, recovery) if frame.records else (),
    )
