"""Reports of a grant: written and submitted by the consortium, judged and decided by the office, until it is closed."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from app.api.reporting_shapes import (
    Closed,
    GiveBack,
    JudgeCosts,
    JudgeReport,
    ReportDocument,
    ReportItem,
    Requested,
    Saved,
    Signed,
    report_document,
    report_item,
)
from app.api.requests import SECOND_STEP, Request_
from app.delivery.guards import stepped_up
from app.delivery.idempotency import once
from app.delivery.reporting_guards import (
    assesses_reports,
    records_recovery,
    reports_for_grant,
    requests_payment,
    sees_report,
    sees_reports,
    speaks_for_statement,
    waives_recovery,
)
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.grants.queries.facts import day_of
from app.reporting.queries.calculating import calculated
from app.reporting.queries.reading import report_reading
from app.reporting.queries.recoveries import recovery_after
from app.reporting.queries.reports import reports_of
from app.reporting.rules.lifecycle import WRITABLE
from app.reporting.schemas import (
    NoteRecovery,
    SaveIndicators,
    SaveStatement,
    SaveTexts,
    StatementAt,
    WaiveRecovery,
)
from app.reporting.use_cases.assess_costs import assess_costs
from app.reporting.use_cases.close_grant import close_grant
from app.reporting.use_cases.decide_report import decide_report
from app.reporting.use_cases.note_recovery import note_recovery
from app.reporting.use_cases.request_payment import request_payment
from app.reporting.use_cases.return_report import return_report
from app.reporting.use_cases.save_statement import save_statement, sign_statement
from app.reporting.use_cases.save_technical_report import report_indicators, save_technical_report
from app.reporting.use_cases.submit_report import submit_report
from app.reporting.use_cases.waive_recovery import waive_recovery

router = APIRouter(prefix="/grants/{grant_id}", tags=["reports of grants"])


@router.get("/reports")
def find(incoming: Request_, grant_id: UUID) -> list[ReportItem]:
    """The reporting periods in order. The consortium, its office and who follows the money."""
    guard = sees_reports(grant_id)
    return run(incoming, READ, guard, lambda work: [report_item(row) for row in reports_of(work.session, grant_id)])


@router.get("/reports/{number}")
def read(incoming: Request_, grant_id: UUID, number: int) -> ReportDocument:
    """One report in full; for the office once it was submitted."""

    def answer(work: Work) -> ReportDocument:
        reading = report_reading(work.session, grant_id, number)
        found = reading.findings(day_of(work.now)) if reading.row.state in WRITABLE else ()
        frozen = reading.calculation
        sheet = frozen.sheet if frozen is not None else calculated(work.session, reading).sheet
        recovery = recovery_after(work.session, reading.agreement, frozen, day_of(work.now)) if frozen else None
        return report_document(reading, sheet, found, recovery)

    return run(incoming, READ, sees_report(grant_id, number), answer)


@router.put("/reports/{number}/texts")
def write_texts(incoming: Request_, grant_id: UUID, number: int, command: SaveTexts) -> Saved:
    """Save the texts as a whole. The coordinator's contact; 409 where somebody saved since ``version``."""

    def write(work: Work) -> Saved:
        version = save_technical_report(work.session, work.actor, grant_id, number, command, now=work.now)
        return Saved(version=version)

    return run(incoming, WRITE, reports_for_grant(grant_id), write)


@router.put("/reports/{number}/indicators", status_code=204)
def write_indicators(incoming: Request_, grant_id: UUID, number: int, command: SaveIndicators) -> None:
    """Say what was reached of indicators. The coordinator's contact."""
    run(
        incoming,
        WRITE,
        reports_for_grant(grant_id),
        lambda work: report_indicators(work.session, work.actor, grant_id, number, command, now=work.now),
    )


@router.put("/reports/{number}/statements/{partner_id}")
def write_statement(incoming: Request_, grant_id: UUID, number: int, partner_id: UUID, command: SaveStatement) -> Saved:
    """Save the whole statement of a partner. Who speaks for it; 409 where somebody saved since ``version``."""
    at = StatementAt(grant_id, number, partner_id)

    def write(work: Work) -> Saved:
        return Saved(version=save_statement(work.session, work.actor, at, command, now=work.now))

    return run(incoming, WRITE, speaks_for_statement(grant_id, partner_id), write)


@router.post("/reports/{number}/statements/{partner_id}/signature", dependencies=[SECOND_STEP])
def sign(incoming: Request_, grant_id: UUID, number: int, partner_id: UUID) -> Signed:
    """Sign the statement of a partner as it is stored. Who speaks for it, with the second step."""
    at = StatementAt(grant_id, number, partner_id)

    def write(work: Work) -> Signed:
        return Signed(sha256=sign_statement(work.session, work.actor, at, now=work.now))

    return run(incoming, WRITE, stepped_up(speaks_for_statement(grant_id, partner_id)), write)


@router.post("/reports/{number}/submission", status_code=204)
def submit(incoming: Request_, grant_id: UUID, number: int) -> None:
    """Submit the report; 422 with everything that stops it. The coordinator's contact."""
    run(
        incoming,
        WRITE,
        reports_for_grant(grant_id),
        lambda work: submit_report(work.session, work.actor, grant_id, number, now=work.now),
    )


@router.post("/reports/{number}/costs", status_code=204)
def assess(incoming: Request_, grant_id: UUID, number: int, command: JudgeCosts) -> None:
    """Accept, reduce or reject costs, all or none; 409 where it was submitted again. Who manages the call."""
    run(
        incoming,
        WRITE,
        assesses_reports(grant_id),
        lambda work: assess_costs(work.session, work.actor, grant_id, number, command, now=work.now),
    )


@router.post("/reports/{number}/return", status_code=204)
def give_back(incoming: Request_, grant_id: UUID, number: int, command: GiveBack) -> None:
    """Give the report back with a reason, a day and the statements to correct; 409 where it was submitted again."""
    run(
        incoming,
        WRITE,
        assesses_reports(grant_id),
        lambda work: return_report(work.session, work.actor, grant_id, number, command, now=work.now),
    )


@router.post("/reports/{number}/decision", status_code=204)
def decide(incoming: Request_, grant_id: UUID, number: int, command: JudgeReport) -> None:
    """Accept or reject the report; what is due is frozen, what comes back announced. 409 where it was submitted again."""
    run(
        incoming,
        WRITE,
        assesses_reports(grant_id),
        lambda work: decide_report(work.session, work.actor, grant_id, number, command, now=work.now),
    )


@router.post("/reports/{number}/payment", status_code=201, response_model=Requested)
def pay(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """Hand what is due to the payment circuit; no body. Send an Idempotency-Key."""

    def create(work: Work) -> Response:
        made = request_payment(work.session, work.actor, grant_id, number, now=work.now)
        return JSONResponse({"id": str(made)}, 201, headers={"location": f"/api/v1/payments/{made}"})

    return run(incoming, WRITE, requests_payment(grant_id), lambda work: once(work, b"", create))


@router.post("/reports/{number}/recovery", status_code=204)
def recover(incoming: Request_, grant_id: UUID, number: int, command: NoteRecovery) -> None:
    """Take a line of the statement as what comes back, or a part of it. An accounting officer."""
    run(
        incoming,
        WRITE,
        records_recovery(grant_id),
        lambda work: note_recovery(work.session, work.actor, grant_id, number, command, now=work.now),
    )


@router.post("/reports/{number}/waiver", status_code=204, dependencies=[SECOND_STEP])
def waive(incoming: Request_, grant_id: UUID, number: int, command: WaiveRecovery) -> None:
    """Ask back no more what did not come in. An authorising officer, with the second step."""
    run(
        incoming,
        WRITE,
        stepped_up(waives_recovery(grant_id)),
        lambda work: waive_recovery(work.session, work.actor, grant_id, number, command, now=work.now),
    )


@router.post("/closure")
def close(incoming: Request_, grant_id: UUID) -> Closed:
    """Close the grant; 422 with everything that is open."""

    def write(work: Work) -> Closed:
        return Closed(released=close_grant(work.session, work.actor, grant_id, now=work.now))

    return run(incoming, WRITE, assesses_reports(grant_id), write)
