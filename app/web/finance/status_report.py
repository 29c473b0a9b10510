"""One status report of the bank: what it says of which payment, what could not count and why, and what it names in vain."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.queries import names_under_acts
from app.delivery.payment_guards import sees_report
from app.delivery.unit_of_work import READ, Work, run
from app.infra.templates import translator
from app.payments.queries.reports import report_row, statuses
from app.web.pages import page
from app.web.payment_words import status_words
from app.web.requests import Request_

router = APIRouter(prefix="/payments/statement/reports")


@router.get("/{status_report_id:uuid}")
def show(incoming: Request_, status_report_id: UUID) -> Response:
    """The report as it was recorded. Accounting officers and auditors."""

    def answer(work: Work) -> Response:
        row, language = report_row(work.session, work.actor, status_report_id), work.known.language
        say = translator(language)
        return page(
            work,
            "finance/status_report.html",
            report=row,
            trail=[
                (say("Payments"), "/payments"),
                (say("Statements"), "/payments/statement"),
                (say("Status report"), ""),
            ],
            statuses=[
                (one, *status_words(one, language)) for one in statuses(work.session, report_id=status_report_id)
            ],
            names=names_under_acts(work.session, [row.recorded_by]),
        )

    return run(incoming, READ, sees_report(status_report_id), answer)
