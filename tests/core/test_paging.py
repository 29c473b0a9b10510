from hypothesis import given
from hypothesis import strategies as st

from app.core.paging import Page, PageRequest


@given(st.integers(0, 2000), st.integers(1, 60))
def test_the_pages_together_hold_every_row_once(total: int, size: int) -> None:
    rows = list(range(total))
    pages = Page(rows[:size], total, 1, size).pages
    read: list[int] = []
    for number in range(1, pages + 1):
        asked = PageRequest(number, size)
        read += rows[asked.offset : asked.offset + asked.size]
    assert read == rows
    assert pages >= 1
