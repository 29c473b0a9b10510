"""The technical part of a report: its texts, and what was reached of each indicator. The coordinator's contact writes."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.queries import names_of
from app.delivery.reporting_guards import consortium_of_grant, reports_for_grant
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.delivery.validation import command_of
from app.reporting.queries.reports import report_row, report_texts
from app.reporting.rules.technical import TEXTS
from app.reporting.schemas import SaveIndicators, SaveTexts
from app.reporting.use_cases.save_technical_report import report_indicators, save_technical_report
from app.web.application_view.shell import saved_at
from app.web.forms import FormView, attempt, form_page, typed_in, version_in
from app.web.pages import redirect
from app.web.reporting_view.compare import chosen, fields_of, marks
from app.web.reporting_view.report import report_shell
from app.web.reporting_view.saving import Part, Stored, save_part
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

    def save(work: Work) -> None:
        typed = chosen(typed_in(incoming.form), _stored(work, grant_id, number).typed)
        data: dict[str, object] = {text.id: (typed.get(text.id) or [""])[-1] for text in TEXTS}
        data["version"] = version_in(incoming.form)
        save_technical_report(work.session, work.actor, grant_id, number, command_of(SaveTexts, data), now=work.now)

    part = Part(
        name="Texts about the work",
        path=f"/grants/{grant_id}/reports/{number}/texts",
        draft_key=_draft_key(grant_id, number),
        titles={text.id: text.title for text in TEXTS},
        stored=lambda work: _stored(work, grant_id, number),
        save=save,
        again=lambda work, form: _texts(work, grant_id, number, form),
    )
    return save_part(incoming, reports_for_grant(grant_id), part)


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


def _stored(work: Work, grant_id: UUID, number: int) -> Stored:
    row = report_row(work.session, grant_id, number)
    texts = report_texts(work.session, row.period_id)
    names = names_of(work.session, [row.saved_by])
    return Stored(
        {text.id: [texts.get(text.id, "")] for text in TEXTS},
        row.version,
        row.saved_at,
        names.get(row.saved_by, "") if row.saved_by is not None else "",
    )


def _draft_key(grant_id: UUID, number: int) -> str:
    return f"report-texts/{grant_id}/{number}"


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
        marks=marks(fields_of({text.id: [frame.reading.texts.get(text.id, "")] for text in TEXTS})),
        draft_key=_draft_key(grant_id, number),
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
