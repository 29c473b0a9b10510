"""The list of grants, the same for its beneficiaries and for the office."""

from __future__ import annotations

from app.grants.queries.listing import GrantRow
from app.grants.rules.grant_lifecycle import GrantState
from app.grants.rules.standing import Acts
from app.web.grant_view.words import ACTS, STATES
from app.web.lists import Column, Filter

COLUMNS: tuple[Column[GrantRow], ...] = (
    Column("acronym", "Grant", lambda row: row.acronym, sortable=True),
    Column("reference", "Reference", lambda row: row.reference, only_export=True),
    Column("title", "Title", lambda row: row.title, only_export=True),
    Column("coordinator", "Coordinator", lambda row: row.coordinator),
    Column("country", "Country of the coordinator", lambda row: row.country, only_export=True),
    Column("state", "State", lambda row: STATES[row.state][0], sortable=True),
    Column("acts", "Acts next", lambda row: ACTS[row.acts]),
    Column("by", "By", lambda row: row.by, sortable=True),
    Column("amount", "Maximum grant", lambda row: row.maximum_grant, align="right", sortable=True),
    Column("start", "Start", lambda row: row.start_on, only_export=True),
    Column("end", "End", lambda row: row.end_on, only_export=True),
    Column("in_force", "In force since", lambda row: row.entered_into_force_at, only_export=True),
    Column("late", "Late", lambda row: row.late, only_export=True),
)
FILTERS = (
    Filter("state", "State", [(state.value, STATES[state][0]) for state in GrantState]),
    Filter("acts", "Acts next", [(acts.value, ACTS[acts]) for acts in Acts if acts is not Acts.NOBODY]),
    Filter("late", "Late", [("yes", "Only what is late")]),
)
