from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.data_protection.rules.due import all_due_until, counted_before, due
from app.data_protection.rules.erasure import Duties, SignedAct, binding_acts, obstacles
from app.data_protection.rules.notices import NOTICES
from app.data_protection.rules.retention import RETENTION, By, Fate, RecordKind

TEMPLATES = Path(__file__).parents[3] / "templates"
instants = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # a bound
kinds = st.sampled_from(RecordKind)
acts = st.builds(
    SignedAct,
    words=st.just("Award decision"),
    reference=st.text("ABC", min_size=1, max_size=3),
    done_at=instants,
    kind=st.sampled_from((RecordKind.FUNDED, RecordKind.NOT_FUNDED)),
    counted_from=st.none() | instants,
)


def test_every_kind_has_one_line_that_says_why() -> None:
    assert set(RETENTION) == set(RecordKind)
    for line in RETENTION.values():
        assert line.why.endswith((".", ")."))
        assert line.what.endswith(".")
        assert (line.fate is Fate.KEEP) == (line.by is By.NOBODY)


@given(kinds, instants, instants)
def test_nothing_goes_before_its_period_is_over_and_everything_after(
    kind: RecordKind, counted_from: datetime, now: datetime
) -> None:
    line = RETENTION[kind]
    if line.fate is Fate.KEEP:
        assert not due(kind, counted_from, now)
    else:
        assert due(kind, counted_from, now) == (line.due_at(counted_from) <= now)
        assert line.due_at(counted_from) >= counted_from


@given(kinds, instants, instants, st.timedeltas(timedelta(0), timedelta(days=4000)))
def test_what_is_due_stays_due(kind: RecordKind, counted_from: datetime, now: datetime, later: timedelta) -> None:
    assert not due(kind, counted_from, now) or due(kind, counted_from, now + later)


@given(kinds, instants)
def test_what_has_not_begun_is_never_due(kind: RecordKind, now: datetime) -> None:
    assert not due(kind, None, now)


@given(kinds, instants, st.integers(-5, 5), st.integers(-86400, 86400))
def test_queries_miss_nothing_that_is_due(kind: RecordKind, now: datetime, days: int, seconds: int) -> None:
    """Around the very edge: what the rule lets go, the query has read."""
    line = RETENTION[kind]
    counted_from = counted_before(kind, now) + timedelta(days=days, seconds=seconds)
    if due(kind, counted_from, now):
        assert counted_from <= counted_before(kind, now), line.title


@given(kinds, instants, st.timedeltas(timedelta(0), timedelta(days=9)))
def test_what_goes_unasked_is_due_and_waits_two_days_at_most(kind: RecordKind, now: datetime, back: timedelta) -> None:
    """Around the very edge: nothing is deleted early, and nothing is left for long."""
    line = RETENTION[kind]
    edge = all_due_until(kind, now)
    assert line.due_at(edge - back) <= now
    assert line.due_at(edge + timedelta(days=3, seconds=1)) > now - timedelta(days=1)


def test_years_are_years_and_the_29th_of_february_ends_on_the_28th() -> None:
    line = RETENTION[RecordKind.NOT_FUNDED]
    assert line.due_at(datetime(2020, 2, 29, 12, tzinfo=UTC)) == datetime(2025, 2, 28, 12, tzinfo=UTC)
    assert line.due_at(datetime(2019, 9, 2, tzinfo=UTC)) == datetime(2024, 9, 2, tzinfo=UTC)


@given(st.lists(acts, max_size=6), instants)
def test_an_act_binds_exactly_while_it_is_kept(done: list[SignedAct], now: datetime) -> None:
    binding = binding_acts(done, now)
    assert sorted(map(id, binding)) == sorted(
        id(act) for act in done if act.counted_from is None or not due(act.kind, act.counted_from, now)
    )
    ends = [act.kept_until for act in binding]
    known = [end for end in ends if end is not None]
    assert ends == sorted(known) + [None] * (len(ends) - len(known))


@given(last=st.booleans(), references=st.lists(st.text("AB", min_size=1), max_size=3), work=st.integers(0, 3))
def test_every_duty_is_named_at_once(*, last: bool, references: list[str], work: int) -> None:
    duties = Duties(last_administrator=last, only_contact_of=tuple(references), open_assignments=work)
    found = obstacles(duties)
    assert len(found) == last + len(references) + (work > 0)
    assert all(one.cure for one in found)
    assert all(any(reference in one.text for one in found) for reference in references)


@pytest.mark.parametrize("notice", NOTICES.values(), ids=lambda notice: notice.key)
def test_every_page_that_asks_for_data_links_to_its_notice(notice: object) -> None:
    pages = notice.pages  # type: ignore[attr-defined]
    assert pages
    for name in pages:
        assert f'notice_link("{notice.key}")' in (TEMPLATES / name).read_text()  # type: ignore[attr-defined]


def test_no_page_links_to_a_notice_that_is_not_there() -> None:
    used = {
        key for path in TEMPLATES.rglob("*.html") for key in re.findall(r'notice_link\("(\w+)"\)', path.read_text())
    }
    assert used == set(NOTICES)
