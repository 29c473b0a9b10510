"""The periods of a project: they cover each of its days once, whatever the call says and however long it is."""

from __future__ import annotations

import itertools
import json
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.calls.rules.grant_kinds import GrantTerms
from app.grants.rules.periods import end_of, reporting_periods
from app.reporting.rules.periods import PaymentAfter, Period, periods_of


def terms_of(*lengths: int, due_days: int = 60) -> GrantTerms:
    """Terms with interim periods of so many months, then the rest of the project."""
    first, periods = 1, []
    for number, months in enumerate(lengths, start=1):
        one: dict[str, Any] = {"number": number, "first_month": first, "last_month": first + months - 1}
        periods.append(one | {"payment": "interim"})
        first += months
    periods.append({"number": len(lengths) + 1, "first_month": first, "payment": "balance"})
    return GrantTerms.model_validate_json(json.dumps({"reporting_periods": periods, "report_due_days": due_days}))


def of_project(terms: GrantTerms, start: date, months: int) -> tuple[Period, ...]:
    agreed = reporting_periods(terms, start, months)
    return periods_of(agreed, start, end_of(start, months), due_days=terms.report_due_days)


@given(
    st.lists(st.integers(1, 24), max_size=5),
    st.dates(date(2014, 1, 1), date(2035, 12, 31)),
    st.integers(1, 72),
    st.integers(0, 120),
)
def test_periods_tile_the_project_and_the_last_is_the_balance(
    lengths: list[int], start: date, months: int, due_days: int
) -> None:
    found = of_project(terms_of(*lengths, due_days=due_days), start, months)
    assert (found[0].starts_on, found[-1].ends_on) == (start, end_of(start, months))
    for before, after in itertools.pairwise(found):
        assert after.starts_on == before.ends_on + timedelta(days=1)
    assert [one.number for one in found] == list(range(1, len(found) + 1))
    assert [one.is_last for one in found] == [*[False] * (len(found) - 1), True]
    for one in found:
        assert one.starts_on <= one.ends_on
        assert one.due_on == one.ends_on + timedelta(days=due_days)
        assert one.payment is (PaymentAfter.BALANCE if one.is_last else PaymentAfter.INTERIM)


def test_the_first_period_of_a_real_project_of_eighteen_months() -> None:
    first, last = of_project(terms_of(18), date(2018, 4, 1), 36)
    assert (first.starts_on, first.ends_on, first.payment) == (date(2018, 4, 1), date(2019, 9, 30), "interim")
    assert (last.starts_on, last.ends_on, last.payment) == (date(2019, 10, 1), date(2021, 3, 31), "balance")
    assert first.due_on == date(2019, 11, 29)


def test_a_short_project_has_no_period_after_its_end_and_one_without_terms_has_one() -> None:
    (only,) = of_project(terms_of(12, 12), date(2020, 1, 1), 12)
    assert (only.ends_on, only.payment) == (date(2020, 12, 31), "balance")
    (without,) = of_project(GrantTerms(), date(2020, 1, 1), 18)
    assert (without.ends_on, without.due_on, without.payment) == (date(2021, 6, 30), date(2021, 8, 29), "balance")
