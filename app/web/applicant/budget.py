"""The budget: one grid for all partners, computed while it is typed, saved sheet by sheet with their versions."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.applications.queries import application_facts, current_budget
from app.applications.queries.reading import sheets
from app.applications.rules.budget import BudgetTable, compute_budget, effective_rate
from app.applications.rules.budget_findings import budget_findings
from app.applications.rules.budget_meters import budget_meters
from app.applications.rules.facts import ApplicationFacts, OwnFunding
from app.applications.use_cases.save_budget import save_budget
from app.core.errors import RulesViolatedError, StaleVersionError
from app.core.money import Money
from app.core.violations import Violation
from app.delivery.guards import edits_application, reads_application
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.web.application_view.at_fields import at_fields
from app.web.application_view.budget_grid import (
    OWN_FUNDING,
    PREFIX,
    VERSION,
    WAS,
    as_fields,
    grid,
    same_as_stored,
    sheet_marks,
    typed_grid,
    typed_sheets,
    untouched,
)
from app.web.application_view.meters import budget_cards, grant_by_partner, project_limit
from app.web.application_view.shell import Shell, saved_at, shell
from app.web.call_view.funding import funding_view
from app.web.exports import export
from app.web.findings import filled, shown
from app.web.forms import FormView, typed_in
from app.web.pages import page, redirect
from app.web.requests import Request_

router = APIRouter()


@router.get("/applications/{application_id}/budget")
def show(incoming: Request_, application_id: UUID) -> Response:
    """The grid as it is stored, or the same as a spreadsheet."""

    def answer(work: Work) -> Response:
        frame = shell(work, application_id)
        if work.incoming.query.get("format") in {"xlsx", "csv"}:
            return _file(work, frame, work.incoming.query["format"])
        budget = current_budget(work.session, frame.head, frame.call.rules)
        return _page(work, frame, FormView(typed_sheets(budget, work.known.language)))

    return run(incoming, READ, reads_application(application_id), answer)


@router.post("/applications/{application_id}/budget")
def save(incoming: Request_, application_id: UUID) -> Response:
    """Save every sheet that differs from what is stored: all of them or none."""
    typed = typed_in(incoming.form)

    def write(work: Work) -> Response:
        frame = shell(work, application_id)
        budget = current_budget(work.session, frame.head, frame.call.rules)
        read = typed_grid(frame.call.rules, frame.head.strand, budget.partners, typed)
        if read.violations:
            raise RulesViolatedError(read.violations)
        for sheet in read.sheets:
            reading = read.readings[sheet.partner_id]
            if not (untouched(sheet, reading, typed) or same_as_stored(sheet, reading, budget)):
                save_budget(work.session, work.actor, application_id, sheet, now=work.now)
        return redirect(f"{frame.base}/budget", notice="saved")

    try:
        return run(incoming, WRITE, edits_application(application_id), write)
    except (RulesViolatedError, StaleVersionError) as error:
        refusal = error

    def again(work: Work) -> Response:
        frame = shell(work, application_id)
        if isinstance(refusal, StaleVersionError):
            return _stale(work, frame, typed)
        return _page(
            work,
            frame,
            FormView(typed, [filled(one, work.known.language) for one in as_fields(refusal.violations)], status=422),
        )

    return run(incoming, READ, reads_application(application_id), again)


@router.post("/applications/{application_id}/budget/preview")
def preview(incoming: Request_, application_id: UUID) -> Response:
    """What the typed amounts come to. Nothing is stored."""
    typed = typed_in(incoming.form)

    def answer(work: Work) -> Response:
        frame = shell(work, application_id)
        facts, problems = _as_typed(work, frame, typed)
        return page(work, "applicant/budget_live.html", problems=problems, live=True, **_computed(work, frame, facts))

    return run(incoming, READ, reads_application(application_id), answer)


def _as_typed(
    work: Work, frame: Shell, typed: Mapping[str, Sequence[str]]
) -> tuple[ApplicationFacts, tuple[Violation, ...]]:
    """The application with the typed amounts in place of the stored ones; what cannot be read counts as nothing."""
    rules = frame.call.rules
    facts = application_facts(work.session, frame.head, rules)
    read = typed_grid(rules, facts.strand, facts.partners, typed)
    kept = [line for line in facts.lines if line.partner_id not in read.readings]
    own = [one for one in facts.own_funding if one.partner_id not in read.readings]
    for partner_id, reading in read.readings.items():
        kept += reading.lines
        own.append(OwnFunding(partner_id, reading.own_funding))
    return replace(facts, lines=tuple(kept), own_funding=tuple(own)), read.violations


def _page(work: Work, frame: Shell, form: FormView, *, versions: Mapping[str, int] | None = None) -> Response:
    facts, _ = _as_typed(work, frame, form.typed)
    stored = sheets(work.session, frame.head.id)
    marks = sheet_marks(current_budget(work.session, frame.head, frame.call.rules))
    computed = _computed(work, frame, facts)
    last = max((row.saved_at for row in stored.values()), default=None)
    language = work.known.language
    on_cards = {card.rule for card in computed["cards"] if not card.met}
    about_cells = [one for one in computed["findings"] if one.place.count("/") == 2]  # noqa: PLR2004  # budget/<partner>/<category>
    return page(
        work,
        "applicant/budget.html",
        status=form.status,
        errors=form.violations,
        frame=frame,
        form=FormView(form.typed, [*form.violations, *at_fields(about_cells, PREFIX, language)]),
        grid=grid(computed["table"], stored, marks, language=language, versions=versions or {}),
        sheets=stored,
        own_funding=OWN_FUNDING,
        saved=saved_at(work, last) if last else "",
        shown_findings=[shown(one, frame.place, language) for one in computed["findings"] if one.rule not in on_cards],
        funding=funding_view(frame.call.rules, language),
        rounding=frame.call.rules.funding.rounding.value,
        problems=(),
        live=False,
        **computed,
    )


def _computed(work: Work, frame: Shell, facts: ApplicationFacts) -> dict[str, Any]:
    """Table, limits and findings: everything that follows from the amounts."""
    rules, language = frame.call.rules, work.known.language
    table = compute_budget(
        rules, facts.strand, partners=facts.partners, lines=facts.lines, own_funding=facts.own_funding
    )
    meters = budget_meters(rules, facts.strand, table, support_to_smes=facts.support_to_smes)
    findings = budget_findings(rules, facts, table)
    return {
        "table": table,
        "findings": findings,
        "cards": budget_cards(meters, findings, language),
        "by_partner": grant_by_partner(table, project_limit(meters), language),
        "rate": effective_rate(table),
        "unclaimed": Money.total(one.amount for one in facts.own_funding),
        "computed_grid": grid(table, {}, {}, language=language, versions={}),
    }


def _stale(work: Work, frame: Shell, typed: dict[str, list[str]]) -> Response:
    """A colleague saved one of the sheets first: both amounts of each cell that differs; one's own stay in the grid."""
    budget = current_budget(work.session, frame.head, frame.call.rules)
    read = typed_grid(frame.call.rules, frame.head.strand, budget.partners, typed)
    stored = sheets(work.session, frame.head.id)
    changed = [
        sheet
        for sheet in read.sheets
        if sheet.partner_id in stored
        and stored[sheet.partner_id].version != sheet.version
        and not untouched(sheet, read.readings[sheet.partner_id], typed)
    ]
    stale = {str(sheet.partner_id): stored[sheet.partner_id].version for sheet in changed}
    theirs = typed_sheets(budget, work.known.language)
    names = {str(one.partner_id): one.name for one in budget.partners}
    cells = [
        Violation(
            StaleVersionError.rule,
            "{name}, {cell}: a colleague saved {theirs}, you typed {mine}.",
            name,
            {
                "name": names[partner],
                "cell": _cell_name(budget.table, category),
                "theirs": (theirs.get(name) or ["0.00"])[0],
                "mine": (typed.get(name) or [""])[0] or "0.00",
            },
            cure="Keep your amount or type the other one, then save again.",
        )
        for name in sorted({*typed, *theirs})
        for partner, _, category in [name.partition(".")]
        if partner in stale and category not in {VERSION, WAS} and _cents(typed.get(name)) != _cents(theirs.get(name))
    ]
    if not cells:
        return redirect(f"{frame.base}/budget", notice="saved")
    return _page(work, frame, FormView(typed, cells, status=409), versions=stale)


def _cell_name(table: BudgetTable, category: str) -> str:
    titles = {one.id: str(one.titles) for one in table.categories} | {OWN_FUNDING: "own funding"}
    return titles.get(category, category)


def _cents(texts: Sequence[str] | None) -> int | str:
    text = (texts or [""])[0].strip() or "0"
    try:
        return Money.parse(text).cents
    except ValueError:
        return text


def _file(work: Work, frame: Shell, kind: str) -> Response:
    """The grid as a spreadsheet: a row per partner and one for the project, in columns of money."""
    table = current_budget(work.session, frame.head, frame.call.rules).table
    categories = [f"{one.code} {one.titles.in_language(work.known.language)}" for one in table.categories]
    heads = [
        "Partner",
        "Role",
        "Country",
        *categories,
        "Eligible costs",
        "Largest grant",
        "Requested",
        "Own contribution",
    ]
    rows: list[list[object]] = [
        [
            row.partner.name,
            row.partner.role.value,
            row.partner.country,
            *(row.cells[one.id] for one in table.categories),
            row.eligible,
            row.maximum,
            row.requested,
            row.own_contribution,
        ]
        for row in table.rows
    ]
    totals = [table.by_category[one.id] for one in table.categories]
    rows.append(["Project", "", "", *totals, table.eligible, table.maximum, table.requested, table.own_contribution])
    name = "".join(sign if sign.isalnum() else "-" for sign in f"{frame.head.reference} budget")
    return export(kind, name, heads, rows)
