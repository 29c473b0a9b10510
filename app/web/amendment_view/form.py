"""The form of an amendment, for whichever side writes it: its fields, what was typed, what is stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from starlette.datastructures import FormData

from app.amendments.rules.drafting import entered_lines, partner_facts
from app.amendments.schemas import SaveAmendment, WantedCost
from app.applications.rules.budget import categories_for, fixed_amount, has_row
from app.calls.rules.funding_kinds import FlatRateCosts
from app.core.money import Money
from app.delivery.validation import command_of
from app.web.forms import FormView, command_from

if TYPE_CHECKING:
    from app.amendments.queries.reading import AmendmentReading
    from app.core.violations import Violation
    from app.grants.rules.agreement import AccountFacts
    from app.web.amendment_view.shell import Shell

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


def wanted_of(form: FormData | None) -> SaveAmendment:
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


def form_context(shell: Shell, valid: AccountFacts | None, form: FormView | None, *, stored: bool) -> dict[str, Any]:
    """What ``components/amendment_form.html`` reads beside the shell; ``valid`` is the validated account of the coordinator.

    ``stored``: after a refusal the form shows what is stored, with the findings at its fields.
    """
    reading = shell.reading
    filled = FormView.of(_stored(reading))
    view = filled if form is None else form
    if form is not None and stored:
        view = replace(filled, violations=form.violations, status=form.status)
    agreed = reading.base.facts.account
    return {
        "form": replace(view, violations=[_at_field(one) for one in view.violations]),
        "version": view.version or str(reading.row.version),
        "cells": list(_cells(shell)) if shell.writes else [],
        "agreed": agreed,
        "valid": valid if valid is not None and valid != agreed else None,
    }
