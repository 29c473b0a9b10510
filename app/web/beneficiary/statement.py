"""The financial statement of one partner: its costs line by line against the budget, saved as a whole, then signed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.queries import names_of, names_under_acts
from app.applications.rules.budget import fixed_amount
from app.calls.rules.funding_kinds import FlatRateCosts
from app.core.errors import NotFoundError
from app.core.violations import Violation
from app.delivery.guards import stepped_up
from app.delivery.reporting_guards import consortium_of_grant, speaks_for_statement
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.delivery.validation import command_of
from app.reporting.queries.reports import costs_of, statements_of
from app.reporting.rules.statements import place_of
from app.reporting.schemas import CostRow, SaveStatement, StatementAt, StatementRow
from app.reporting.use_cases.save_statement import save_statement, sign_statement
from app.web.application_view.shell import saved_at
from app.web.forms import FormView, attempt, form_page, typed_in, version_in
from app.web.pages import redirect
from app.web.reporting_view.compare import chosen, fields_of, marks
from app.web.reporting_view.report import VERDICTS, at_place, report_shell
from app.web.reporting_view.saving import Part, Stored, save_part
from app.web.requests import Request_

router = APIRouter(prefix="/grants/{grant_id:uuid}/reports/{number:int}/statements/{partner_id:uuid}")
PARTS = ("category", "words", "first_day", "last_day", "amount", "units")
REST = {
    "receipts": "Receipts of the project",
    "explanation": "Explanation of the costs",
    "certificate": "Auditor of the certificate",
}
"""Fields besides the lines, with their titles (msgids)."""
BLANK_LINES = 4
"""Empty lines after those that are filled; saving offers as many again."""


@router.get("")
def show(incoming: Request_, grant_id: UUID, number: int, partner_id: UUID) -> Response:
    """The statement, to fill in for one's own organisation and to read for the rest of the consortium."""
    at = StatementAt(grant_id, number, partner_id)
    return run(incoming, READ, consortium_of_grant(grant_id), lambda work: statement_page(work, at, None))


@router.post("")
def save(incoming: Request_, grant_id: UUID, number: int, partner_id: UUID) -> Response:
    """Save the whole statement. Who speaks for the partner."""
    at = StatementAt(grant_id, number, partner_id)

    def store(work: Work) -> None:
        typed = chosen(typed_in(incoming.form), _stored(work, at).typed)
        data: dict[str, object] = {name: (typed.get(name) or [""])[-1] for name in REST}
        data["version"] = version_in(incoming.form)
        data["costs"] = _lines(typed)
        save_statement(work.session, work.actor, at, command_of(SaveStatement, data), now=work.now)

    part = Part(
        name="Financial statement",
        path=path_of(at),
        draft_key=_draft_key(at),
        titles=REST,
        stored=lambda work: _stored(work, at),
        save=store,
        again=lambda work, form: statement_page(work, at, form),
    )
    return save_part(incoming, speaks_for_statement(grant_id, partner_id), part)


@router.post("/signature")
def sign(incoming: Request_, grant_id: UUID, number: int, partner_id: UUID) -> Response:
    """Sign the statement as it is stored. Who speaks for the partner, with the second step."""
    at = StatementAt(grant_id, number, partner_id)

    def write(work: Work) -> Response:
        sign_statement(work.session, work.actor, at, now=work.now)
        return redirect(path_of(at), notice="statement-signed")

    guard = stepped_up(speaks_for_statement(grant_id, partner_id))

    def again(work: Work, form: FormView) -> Response:
        return statement_page(work, at, FormView(violations=form.violations, status=form.status), stored=True)

    return attempt(incoming, guard, lambda: run(incoming, WRITE, guard, write), again)


def _lines(typed: Mapping[str, Sequence[str]]) -> list[dict[str, object]]:
    """Lines in the order of the page; a line that was left blank keeps its place, so that findings point at it."""
    last = max((int(name.split(".")[1]) for name in typed if _is_line(name)), default=0)
    lines: list[dict[str, object]] = []
    for position in range(1, min(last, 500) + 1):
        line: dict[str, object] = {part: (typed.get(f"costs.{position}.{part}") or [""])[-1] for part in PARTS}
        lines.append(line)
    return lines


def _is_line(name: str) -> bool:
    parts = name.split(".")
    return (
        len(parts) == len(("costs", "1", "part")) and parts[0] == "costs" and parts[1].isascii() and parts[1].isdigit()
    )


def _stored(work: Work, at: StatementAt) -> Stored:
    """The statement as the form shows it; a version of 0 where it was never saved."""
    heads = [
        one
        for one in statements_of(work.session, at.grant_id)
        if (one.period, one.partner_id) == (at.number, at.partner_id)
    ]
    head = heads[0] if heads else None
    costs = [
        one for one in costs_of(work.session, at.grant_id) if (one.period, one.partner_id) == (at.number, at.partner_id)
    ]
    names = names_of(work.session, [head.saved_by] if head is not None else [])
    return Stored(
        _typed(costs) | _rest(head),
        head.version if head is not None else 0,
        head.saved_at if head is not None else None,
        names.get(head.saved_by, "") if head is not None and head.saved_by is not None else "",
    )


def _draft_key(at: StatementAt) -> str:
    return f"statement/{at.grant_id}/{at.number}/{at.partner_id}"


def path_of(at: StatementAt) -> str:
    """The page of a statement."""
    return f"/grants/{at.grant_id}/reports/{at.number}/statements/{at.partner_id}"


def statement_page(work: Work, at: StatementAt, form: FormView | None, *, stored: bool = False) -> Response:
    """The statement with what was typed; ``stored``: after a refused signature or upload it is shown as it is stored, with the findings above."""
    frame = report_shell(work, at.grant_id, at.number)
    reading, language = frame.reading, work.known.language
    row = reading.summary.row(at.partner_id)
    if row is None:
        raise NotFoundError("financial statement")
    head, costs = reading.statements.get(at.partner_id), reading.costs_of(at.partner_id)
    filled = FormView(_typed(costs) | _rest(head))
    view = filled if form is None else form
    if form is not None and stored:
        view = replace(filled, violations=form.violations, status=form.status)
    elif form is not None:
        view = replace(form, violations=[_at_field(one) for one in form.violations])
    mine = at.partner_id in frame.own
    editable = frame.open and mine and reading.opens(at.partner_id)
    entered = [one for one in reading.summary.categories if not isinstance(one, FlatRateCosts)]
    shown_lines = max([len(costs), *(int(name.split(".")[1]) for name in view.typed if _is_line(name))])
    return form_page(
        work,
        "beneficiary/statement.html",
        view,
        labels={},
        frame=frame,
        base=path_of(at),
        partner=row.partner,
        figures=row,
        head=head,
        costs=costs,
        lines=range(1, shown_lines + BLANK_LINES + 1),
        editable=editable,
        mine=mine,
        reopened=reading.reopened(at.partner_id),
        closed=frame.open and not reading.opens(at.partner_id),
        marks=marks(fields_of(_typed(costs) | _rest(head))),
        draft_key=_draft_key(at),
        version=view.version or str(head.version if head is not None else 0),
        options=[(one.id, f"{one.code} {one.titles.in_language(language)}") for one in entered],
        units=any(fixed_amount(one) is not None for one in entered),
        titles={one.id: f"{one.code} {one.titles.in_language(language)}" for one in reading.summary.categories},
        findings=[
            at_place(frame, one, language)
            for one in reading.findings_of(at.partner_id, frame.today)
            if not (editable and one.place == place_of(at.partner_id))
        ],
        saved=saved_at(work, head.saved_at) if head is not None else "",
        names=names_under_acts(work.session, [head.signed_by] if head is not None else []),
        verdicts=VERDICTS,
        threshold=reading.rules.grant.certificate_threshold if frame.row.is_last else None,
        asked=reading.certified(at.partner_id),
    )


def _at_field(found: Violation) -> Violation:
    """Places of lines as the fields of the form are called."""
    return found.at(found.place.replace("/", "."))


def _typed(costs: Sequence[CostRow]) -> dict[str, Sequence[str]]:
    typed: dict[str, Sequence[str]] = {}
    for position, one in enumerate(costs, start=1):
        values = {
            "category": one.category,
            "words": one.words,
            "first_day": one.first_day.isoformat() if one.first_day else "",
            "last_day": one.last_day.isoformat() if one.last_day else "",
            "amount": one.amount.amount if one.units is None else "",
            "units": str(one.units) if one.units is not None else "",
        }
        typed |= {f"costs.{position}.{part}": [value] for part, value in values.items()}
    return typed


def _rest(head: StatementRow | None) -> dict[str, Sequence[str]]:
    if head is None:
        return {}
    receipts = head.receipts
    return {
        "receipts": [receipts.amount if receipts else ""],
        "explanation": [head.explanation],
        "certificate": [head.certificate],
    }
