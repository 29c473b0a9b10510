"""Readings of applications: by the rules, by the consortium, by the office."""

from app.applications.queries.applied_call import AppliedCall, applied_call, open_call, rules_of
from app.applications.queries.facts import (
    CurrentBudget,
    application_facts,
    category_day,
    current_budget,
    facts_of_applications,
)
from app.applications.queries.in_call import InCall, application_in_call
from app.applications.queries.locking import (
    application_for_change,
    attachment_for_change,
    call_of,
    drafts_for_change,
    drafts_of_ended_stages,
    editable_application,
    last_number,
    saved_section_for_change,
    sheet_for_change,
)

__all__ = [
    "AppliedCall",
    "CurrentBudget",
    "InCall",
    "application_facts",
    "application_for_change",
    "application_in_call",
    "applied_call",
    "attachment_for_change",
    "call_of",
    "category_day",
    "current_budget",
    "drafts_for_change",
    "drafts_of_ended_stages",
    "editable_application",
    "facts_of_applications",
    "last_number",
    "open_call",
    "rules_of",
    "saved_section_for_change",
    "sheet_for_change",
]
