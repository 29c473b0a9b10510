"""Where does a finding about a field belong? One spelling for findings, links and the task list."""

from __future__ import annotations

from app.applications.rules.budget_meters import PLACE as BUDGET
from app.calls.rules.form_kinds import BudgetField, FileField, FormField, PartnershipField
from app.partnerships.rules.composition import PLACE as PARTNERSHIP


def place_of(section_id: str, field: FormField) -> str:
    """``partnership``, ``budget``, ``attachments/<field>`` or ``section/<section>/<field>``."""
    match field:
        case PartnershipField():
            return PARTNERSHIP
        case BudgetField():
            return BUDGET
        case FileField():
            return f"attachments/{field.id}"
        case _:
            return f"section/{section_id}/{field.id}"
