"""Whether an enterprise is small or medium-sized."""

from __future__ import annotations

from app.core.money import Money
from app.core.violations import Violation
from app.organisations.rules.types import SmeStatus

HEADCOUNT_BELOW = 250
MOST_TURNOVER = Money(50_000_000_00)
MOST_BALANCE_SHEET = Money(43_000_000_00)
SOURCE = "Recommendation 2003/361/EC, annex, article 2(1)"


def sme_status(*, headcount: int | None, turnover: Money | None, balance_sheet: Money | None) -> SmeStatus:
    """Fewer than 250 staff, and turnover up to 50 million euro or balance sheet up to 43 million euro.

    Staff in annual work units, amounts of the last closed year. UNKNOWN while the figures that are there
    leave both answers open. Source: Recommendation 2003/361/EC, annex, article 2(1).
    """
    ceilings = ((turnover, MOST_TURNOVER), (balance_sheet, MOST_BALANCE_SHEET))
    kept = any(amount is not None and amount <= most for amount, most in ceilings)
    broken = all(amount is not None and amount > most for amount, most in ceilings)
    if broken or (headcount is not None and headcount >= HEADCOUNT_BELOW):
        return SmeStatus.NO
    return SmeStatus.YES if headcount is not None and kept else SmeStatus.UNKNOWN


def check_declared(declared: SmeStatus, by_figures: SmeStatus) -> tuple[Violation, ...]:
    """A declaration that the organisation's own figures contradict."""
    if SmeStatus.UNKNOWN in {declared, by_figures} or declared is by_figures:
        return ()
    return (
        Violation(
            "organisation.sme_contradicted",
            "The figures below say {by_figures}: fewer than {headcount} staff, and a turnover up to {turnover} "
            "or a balance sheet up to {balance_sheet}, make an SME.",
            "sme",
            {
                "by_figures": by_figures.value,
                "headcount": HEADCOUNT_BELOW,
                "turnover": MOST_TURNOVER,
                "balance_sheet": MOST_BALANCE_SHEET,
            },
            cure="Correct the answer or the figures.",
            source=SOURCE,
        ),
    )
