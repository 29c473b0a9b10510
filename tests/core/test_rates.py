import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.rates import Rate


@pytest.mark.parametrize(
    ("typed", "basis_points"),
    [
        (75, 7_500),
        ("75", 7_500),
        ("7.5 %", 750),
        ("7,25", 725),
        ("100%", 10_000),
        ("0", 0),
        (" 3.1 ", 310),
        ("75\u00a0%", 7_500),
    ],
)
def test_percentages_are_read(typed: str | int, basis_points: int) -> None:
    assert Rate.percent(typed) == Rate(basis_points)


@pytest.mark.parametrize(
    "typed", ["", "%", "-1", "1.234", "7.", ".5", "1e2", "\u0667\u0665", "75 % of it", "75%%", "seventy", "123456"]
)
def test_anything_else_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="percentage"):
        Rate.percent(typed)


@given(st.integers(0, 99_999_99))
def test_a_rate_is_written_as_it_is_read(basis_points: int) -> None:
    assert Rate.percent(str(Rate(basis_points))) == Rate(basis_points)


def test_a_rate_is_never_negative() -> None:
    with pytest.raises(ValueError, match="negative"):
        Rate(-1)


def test_the_complement_fills_up_to_the_whole() -> None:
    assert Rate.percent(75).complement == Rate.percent(25)
    with pytest.raises(ValueError, match="negative"):
        _ = Rate.percent(101).complement


def test_rates_are_ordered_and_read_like_rates() -> None:
    assert Rate(1) < Rate(2)
    assert [str(Rate(points)) for points in (0, 1, 50, 700, 725, 10_000)] == [
        "0 %",
        "0.01 %",
        "0.5 %",
        "7 %",
        "7.25 %",
        "100 %",
    ]
