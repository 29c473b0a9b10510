"""A grant with the figures of its third parties, as pages show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from app.cascade.queries.figures import SupportFigures, support_figures
from app.cascade.rules.support import state_findings
from app.core.charts import CapBar, cap_bar
from app.grants.queries.facts import day_of
from app.grants.queries.listing import GrantRow, grant_row
from app.web.findings import shown

if TYPE_CHECKING:
    from app.cascade.rules.targets import Target
    from app.cascade.schemas import PartnerBudget
    from app.delivery.unit_of_work import Work


@dataclass(frozen=True, slots=True)
class Overview:
    """A grant and its figures, None before an agreement; ``closed`` says why nothing can be recorded now."""

    row: GrantRow
    closed: str
    figures: SupportFigures | None

    @property
    def partners(self) -> Sequence[PartnerBudget]:
        """The parties with their budgets."""
        return self.figures.partners if self.figures is not None else ()

    @property
    def activities(self) -> Mapping[str, str]:
        """What the call supports, where it says so."""
        return self.figures.activities if self.figures is not None else {}

    @property
    def recording(self) -> Sequence[PartnerBudget]:
        """The partners that the reader records for now."""
        return [one for one in self.partners if one.may_record] if not self.closed else []

    @property
    def bars(self) -> Sequence[tuple[PartnerBudget, CapBar]]:
        """Partners with a budget, or with payments, and how much of it is used."""
        return [(one, cap_bar(one.used.cents, one.budget.cents)) for one in self.partners if one.budget or one.used]

    @property
    def targets(self) -> Sequence[tuple[Target, CapBar | None]]:
        """Each target with how much of it is reached; without a bar where no number was promised."""
        found = self.figures.targets if self.figures is not None else ()
        return [(one, cap_bar(min(one.reached, one.target), one.target) if one.target else None) for one in found]


def overview(work: Work, grant_id: UUID) -> Overview:
    """Figures of one grant. A constant number of queries."""
    row = grant_row(work.session, grant_id, today=day_of(work.now))
    closed = " ".join(shown(one, language=work.known.language).text for one in state_findings(row.state))
    figures = support_figures(work.session, work.actor, grant_id) if row.agreed_version is not None else None
    return Overview(row, closed, figures)
