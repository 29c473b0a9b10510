"""The demo while it is loaded: it says each step, knows a load that was cut off, and gives reasons that fit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from app.core.money import Money
from app.demo import content
from app.demo.load import is_loaded, load_demo
from app.demo.report_words import cost_lines, doubt
from app.demo.run import _printed
from app.infra.sealing_demo import make_test_authority
from app.reporting.rules.periods import PaymentAfter, Period
from app.settings import Mode
from tests.support.runtime import a_runtime

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime

AFTER_THE_INFO_DAY = datetime(2019, 2, 13, 9, 0, tzinfo=UTC)
"""The call is open and nobody has begun."""
ABOUT = {"Travel": "travel", "Rooms": "meeting", "Printing": "handbook", "Licence": "licence"}


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[Runtime]:
    with a_runtime("demo_early", tmp_path, mode=Mode.DEMO, at=AFTER_THE_INFO_DAY) as made:
        make_test_authority(made.seal_dir, now=made.clock.now())
        yield made


def test_every_step_is_told_with_how_many_there_are(runtime: Runtime) -> None:
    told: list[tuple[int, int, str]] = []

    def telling(number: int, steps: int, words: str) -> AbstractContextManager[None]:
        told.append((number, steps, words))
        return nullcontext()

    assert not is_loaded(runtime)
    assert load_demo(runtime, telling)
    assert [(number, steps) for number, steps, _ in told] == [(1, 3), (2, 3), (3, 3)]
    assert len({words for *_, words in told}) == 3
    assert is_loaded(runtime)
    with runtime.database.reading() as session:
        weighty = sa.text("select count(*) from procrastinate_jobs where status = 'todo' and priority >= 0")
        assert session.execute(weighty).scalar_one() == 0, "what a visitor asks for comes before all of the demo"


def test_a_load_that_was_cut_off_says_what_to_do(runtime: Runtime) -> None:
    def telling(number: int, _steps: int, _words: str) -> AbstractContextManager[None]:
        if number == 2:
            raise KeyboardInterrupt
        return nullcontext()

    with pytest.raises(KeyboardInterrupt):
        load_demo(runtime, telling)
    with pytest.raises(RuntimeError, match=f"Remove the folder {runtime.settings.data_dir} and start again"):
        is_loaded(runtime)


def test_a_line_says_the_step_how_many_there_are_and_how_long_it_took(capsys: pytest.CaptureFixture[str]) -> None:
    with _printed(3, 17, "2019: forty applications"):
        assert capsys.readouterr().out.startswith("   3 of 17  2019: forty applications")
    assert capsys.readouterr().out.strip().endswith(" s")


def test_a_reason_is_about_the_cost_at_which_it_stands() -> None:
    period = Period(1, date(2019, 9, 1), date(2020, 10, 31), date(2020, 12, 30), PaymentAfter.INTERIM)
    budget = {"other_direct": Money(900_000)}
    seen = set()
    for seed in range(200):
        for line in cost_lines(budget, period, ["Porto"], Random(seed)):  # noqa: S311  # invented content
            kind = str(line.words).split(maxsplit=1)[0]
            seen.add(kind)
            reasons = {doubt(str(line.words), whole=whole) for whole in (True, False)}
            assert len(reasons) == 2
            assert any(ABOUT[kind] in reason for reason in reasons), (line.words, reasons)
    assert seen == {"Travel", "Rooms", "Printing", "Licence"}


def test_places_are_written_in_latin_letters() -> None:
    for one in content.organisations():
        assert all(ord(letter) < 0x250 for letter in one.city), one.city
