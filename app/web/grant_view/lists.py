"""The list of grants, the same for its beneficiaries and for the office."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from app.grants.queries.facts import day_of
from app.grants.queries.listing import GrantRow
from app.grants.rules.grant_lifecycle import GrantState
from app.grants.rules.standing import Acts
from app.reporting.queries.portfolio import next_acts
from app.web.grant_view.next_act import ShownAct, shown_act
from app.web.grant_view.words import ACTS, STATES
from app.web.lists import Column, Filter, ListSpec

if TYPE_CHECKING:
    from app.core.paging import Page, PageRequest
    from app.delivery.unit_of_work import Work

FILTERS = (
    Filter("state", "State", [(state.value, STATES[state][0]) for state in GrantState]),
    Filter("acts", "Stage", [(acts.value, ACTS[acts]) for acts in Acts if acts is not Acts.NOBODY]),
    Filter("late", "Late", [("yes", "Preparation or signature late")]),
)


@dataclass(slots=True)
class GrantList:
    """A list of grants whose rows know their next act; ``acts`` are those of the page that was fetched last."""

    work: Work
    acts: Mapping[UUID, ShownAct] = field(default_factory=dict)

    def fetch(self, rows: Callable[[PageRequest], Page[GrantRow]]) -> Callable[[PageRequest], Page[GrantRow]]:
        """``rows`` with what is next of each: three queries more."""

        def both(request: PageRequest) -> Page[GrantRow]:
            found, today = rows(request), day_of(self.work.now)
            acts = next_acts(self.work.session, [row.id for row in found.rows], today=today)
            self.acts = {one: shown_act(act, today, self.work.known.language) for one, act in acts.items()}
            return found

        return both

    @property
    def spec(self) -> ListSpec[GrantRow]:
        """Columns and filters."""
        return ListSpec(
            columns=(
                Column("acronym", "Grant", lambda row: row.acronym, sortable=True),
                Column("reference", "Reference", lambda row: row.reference, only_export=True),
                Column("title", "Title", lambda row: row.title, only_export=True),
                Column("coordinator", "Coordinator", lambda row: row.coordinator),
                Column("country", "Country of the coordinator", lambda row: row.country, only_export=True),
                Column("state", "State", lambda row: STATES[row.state][0], sortable=True),
                Column("next", "Next act", lambda row: self.acts[row.id].what),
                Column("who", "Who acts", lambda row: self.acts[row.id].who, only_export=True),
                Column("by", "By", lambda row: self.acts[row.id].by),
                Column("amount", "Maximum grant", lambda row: row.maximum_grant, align="right", sortable=True),
                Column("start", "Start", lambda row: row.start_on, only_export=True),
                Column("end", "End", lambda row: row.end_on, only_export=True),
                Column("in_force", "In force since", lambda row: row.entered_into_force_at, only_export=True),
                Column("late", "Days late", lambda row: self.acts[row.id].days_late, only_export=True),
            ),
            filters=FILTERS,
            sort="acronym",
        )
