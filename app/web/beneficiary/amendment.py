"""One amendment for its consortium: what is to change, what follows from it, the request and the withdrawal."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import Response

from app.amendments.queries.reading import AmendmentReading
from app.amendments.rules.drafting import entered_lines, partner_facts
from app.amendments.schemas import SaveAmendment, WantedCost
from app.amendments.use_cases.request_amendment import request_amendment
from app.amendments.use_cases.save_amendment import save_amendment
from app.amendments.use_cases.start_amendment import withdraw_amendment
from app.applications.rules.budget import categories_for, fixed_amount, has_row
from app.calls.rules.funding_kinds import FlatRateCosts
from app.core.money import Money
from app.core.violations import Violation
from app.delivery.grant_guards import takes_part, works_for_grant
from app.delivery.guards import Guard
from app.delivery.incoming import Incoming
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.delivery.validation import command_of
from app.grants.queries.accounts import account_of
from app.grants.queries.listing import grant_row
from app.web.amendment_view.shell import Shell, amendment_shell
from app.web.amendment_view.words import KINDS, NEXT, STATES
from app.web.forms import FormView, attempt, command_from, form_page
from app.web.pages import redirect
from app.web.requests import Request_

router = APIRouter(prefix="/grants/{grant_id:uuid}/amendments/{number:int}")
_CELLS = ("budget", "units")
"""How the fields of the budget begin: an amount, or units where the call fixes the price of one."""
NOTHING = Money.zero()


@dataclass(frozen=True, slots=True)
class Cell:
    """One line of the budget form; ``price`` where the call fixes it, ``accepted`` in reports so far."""

    field: str
    partner: str
    category: str
    before: Money
    price: Money | None
    accepted: Money


@router.get("")
def show(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """The amendment with what it changes. The consortium and who speaks for a party."""
    return run(incoming, READ, takes_part(grant_id), lambda work: _page(work, grant_id, number, None))


@router.post("")
def save(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """Save it as a whole. The contact of the coordinator."""

    def write(work: Work) -> Response:
        save_amendment(work.session, work.actor, grant_id, number, _wanted(incoming.form), now=work.now)
        return redirect(f"/grants/{grant_id}/amendments/{number}#changes", notice="saved")

    return _act(incoming, works_for_grant(grant_id), (grant_id, number), write)


@router.post("/request")
def ask(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """Ask for the amendment as it was saved. The contact of the coordinator."""

    def write(work: Work) -> Response:
        request_amendment(work.session, work.actor, grant_id, number, now=work.now)
        return redirect(f"/grants/{grant_id}/amendments/{number}", notice="amendment-requested")

    return _act(incoming, works_for_grant(grant_id), (grant_id, number), write, stored=True)


@router.post("/withdrawal")
def withdraw(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """Take it back. The contact of the coordinator."""

    def write(work: Work) -> Response:
        withdraw_amendment(work.session, work.actor, grant_id, number, now=work.now)
        return redirect(f"/grants/{grant_id}/amendments", notice="amendment-withdrawn")

    return _act(incoming, works_for_grant(grant_id), (grant_id, number), write, stored=True)


def _act(
    incoming: Incoming,
    guard: Guard,
    at: tuple[UUID, int],
    write: Callable[[Work], Response],
    *,
    stored: bool = False,
) -> Response:
    """``stored``: after a refusal the form shows what is stored, with the findings at its fields."""

    def again(work: Work, form: FormView) -> Response:
        return _page(work, *at, form, stored=stored)

    return attempt(incoming, guard, lambda: run(incoming, WRITE, guard, write), again)


def _wanted(form: FormData | None) -> SaveAmendment:
    """The fields of the form; every cell of the budget is a line."""
    items = form.multi_items() if form is not None else []
    head = command_from(FormData([item for item in items if not _is_cell(item[0])]), SaveAmendment, leave=("budget",))
    lines = [
        command_of(WantedCost, {"partner_id": partner, "category": category, _part(kind): value})
        for name, value in items
        if isinstance(value, str) and _is_cell(name)
        for kind, partner, category in [name.split(".", 2)]
    ]
    return head.model_copy(update={"budget": tuple(lines) if lines else None})


def _is_cell(name: str) -> bool:
    parts = name.split(".", 2)
    return len(parts) == len(("budget", "partner", "category")) and parts[0] in _CELLS


def _part(kind: str) -> str:
    return "units" if kind == "units" else "amount"


def _page(work: Work, grant_id: UUID, number: int, form: FormView | None, *, stored: bool = False) -> Response:
    shell = amendment_shell(work, grant_id, number)
    reading = shell.reading
    filled = FormView.of(_stored(reading))
    view = filled if form is None else form
    if form is not None and stored:
        view = replace(filled, violations=form.violations, status=form.status)
    valid = account_of(work.session, reading.base.facts.coordinator.organisation_id)
    return form_page(
        work,
        "beneficiary/amendment.html",
        replace(view, violations=[_at_field(one) for one in view.violations]),
        labels={},
        shell=shell,
        row=grant_row(work.session, grant_id, today=shell.today),
        base=f"/grants/{grant_id}",
        here=f"/grants/{grant_id}/amendments/{number}",
        version=view.version or str(reading.row.version),
        cells=list(_cells(shell)) if shell.writes else [],
        agreed=reading.base.facts.account,
        valid=valid if valid is not None and valid != reading.base.facts.account else None,
        states=STATES,
        kinds=KINDS,
        next=NEXT,
    )


def _at_field(found: Violation) -> Violation:
    """Places of cells as the fields of the form are called."""
    return found.at(found.place.replace("/", "."))


def _cells(shell: Shell) -> Iterator[Cell]:
    reading = shell.reading
    base = reading.base.facts
    for partner in partner_facts(base):
        if not has_row(partner):
            continue
        for category in categories_for(reading.rules, base.strand):
            if isinstance(category, FlatRateCosts):
                continue
            price = fixed_amount(category)
            yield Cell(
                field=f"{'units' if price is not None else 'budget'}.{partner.partner_id}.{category.id}",
                partner=partner.name,
                category=f"{category.code} {category.titles}",
                before=base.cost_of(partner.partner_id, category.id),
                price=price,
                accepted=reading.known.accepted.get((partner.partner_id, category.id), NOTHING),
            )


def _stored(reading: AmendmentReading) -> dict[str, object]:
    """The draft as the form shows it: what it leaves alone stands as in the agreement in force."""
    proposal, base, account = reading.proposal, reading.base.facts, reading.account
    values: dict[str, object] = {
        "reason": reading.row.reason,
        "effect_on": reading.row.effect_on,
        "duration_months": str(proposal.duration_months or base.duration_months),
        "account": "keep" if proposal.account_id is None else "new",
    }
    if account is not None:
        values |= {"holder": account.holder, "iban": account.iban, "bic": account.bic}
    lines = proposal.lines if proposal.budget is not None else entered_lines(reading.rules, base)
    for line in lines:
        if line.units is None:
            values[f"budget.{line.partner_id}.{line.category_id}"] = line.amount
        else:
            values[f"units.{line.partner_id}.{line.category_id}"] = str(line.units)
    return values
