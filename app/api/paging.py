"""Lists at the JSON door: the same stretch of the same rows as on the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel, Field

from app.core.paging import MAX_PAGE, PAGE_SIZE, Page, PageRequest

Item = TypeVar("Item")
Row = TypeVar("Row")
MOST_ITEMS = 100


class ItemsPage(BaseModel, Generic[Item]):
    """One stretch of a list."""

    items: list[Item]
    total: int = Field(description="How many there are in all")
    page: int
    pages: int


def items_page(found: Page[Row], shown: Callable[[Row], Item]) -> ItemsPage[Item]:
    """A page of rows as a page of items."""
    return ItemsPage(items=[shown(row) for row in found.rows], total=found.total, page=found.number, pages=found.pages)


def _wanted(
    page: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 1,
    size: Annotated[int, Query(ge=1, le=MOST_ITEMS)] = PAGE_SIZE,
) -> PageRequest:
    return PageRequest(page, size)


Paging = Annotated[PageRequest, Depends(_wanted)]
"""Annotation of the parameter that takes ``page`` and ``size`` from the query string."""
