"""The technical part of a report: its texts, and what was reached of each indicator. The coordinator's contact writes."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.delivery.reporting_guards import consortium_of_grant, reports_for_grant
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.delivery.validation import command_of
from app.reporting.rules.technical import TEXTS
from app.reporting.schemas import SaveIndicators, SaveTexts
from app.reporting.use_cases.save_technical_report import report_indicators, save_technical_report
from app.web.application_view.shell import saved_at
from app.web.forms import FormView, attempt, command_from, form_page, typed_in
from app.web.pages import redirect
from app.web.reporting_view.report import report_shell
from app.web.requests import Request_

router = APIRouter(prefix="/grants/{grant_id:uuid}/reports/{number:int}")


@router.get("/texts")
def texts(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """The texts, to write or to read. The consortium."""
    guard = consortium_of_grant(grant_id)
    return run(incoming, READ, guard, lambda work: _texts(work, grant_id, number, None))


@router.post("/texts")
def save_texts(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """Save the texts as a whole."""

    def write(work: Work) -> Response:
        command = command_from(incoming.form, SaveTexts)
        save_technical_report(work.session, work.actor, grant_id, number, command, now=work.now)
        return redirect(f"/grants/{grant_id}/reports/{number}/texts", notice="saved")

    guard = reports_for_grant(grant_id)
    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, write),
        lambda work, form: _texts(work, grant_id, number, form),
    )


@router.get("/indicators")
def indicators(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """Indicators against their targets, to fill in or to read. The consortium."""
    guard = consortium_of_grant(grant_id)
    return run(incoming, READ, guard, lambda work: _indicators(work, grant_id, number, None))


@router.post("/indicators")
def save_indicators(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """Save what was reached of every indicator."""

    def write(work: Work) -> Response:
        typed = typed_in(incoming.form)
        names = sorted(name.partition(".")[2] for name in typed if name.startswith("value."))
        lines = [
            {
                "id": name,
                "value": typed[f"value.{name}"][-1].strip() or None,
                "words": (typed.get(f"words.{name}") or [""])[-1],
            }
            for name in names
        ]
        command = command_of(SaveIndicators, {"values_reached": lines})
        report_indicators(work.session, work.actor, grant_id, number, command, now=work.now)
        return redirect(f"/grants/{grant_id}/reports/{number}/indicators", notice="saved")

    guard = reports_for_grant(grant_id)
    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, write),
        lambda work, form: _indicators(work, grant_id, number, form),
    )


def _texts(work: Work, grant_id: UUID, number: int, form: FormView | None) -> Response:
    frame = report_shell(work, grant_id, number)
    row = frame.row
    view = form or FormView({name: [text] for name, text in frame.reading.texts.items()}, version=str(row.version))
    return form_page(
        work,
        "beneficiary/report_texts.html",
        view,
        frame=frame,
        texts=TEXTS,
        editable=frame.open and frame.writes,
        version=view.version or str(row.version),
        labels={text.id: text.title for text in TEXTS},
        saved=saved_at(work, row.saved_at) if row.saved_at else "",
    )


def _indicators(work: Work, grant_id: UUID, number: int, form: FormView | None) -> Response:
    frame = report_shell(work, grant_id, number)
    stored = {one.id: one for one in frame.reading.values}
    typed = {f"words.{name}": [one.words] for name, one in stored.items()}
    typed |= {f"value.{name}": [str(one.value)] for name, one in stored.items() if one.value is not None}
    return form_page(
        work,
        "beneficiary/report_indicators.html",
        form or FormView(typed),
        frame=frame,
        stored=stored,
        editable=frame.open and frame.writes,
        labels={f"value.{one.id}": one.title for one in frame.reading.targets},
    )
