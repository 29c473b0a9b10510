"""Lists: search, filters, order and page from the address, and their way back into it.

A page declares its columns and filters once, as a ``ListSpec``. ``Listing.read`` takes from the
query string only what the declaration knows; ``answer_list`` gives the page, or the same rows as CSV or XLSX.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import urlencode

from app.core.paging import MAX_PAGE, Page, PageRequest
from app.infra.templates import translator
from app.web.exports import FORMATS, MOST_ROWS, export
from app.web.pages import page

if TYPE_CHECKING:
    from starlette.responses import Response

    from app.delivery.incoming import Incoming
    from app.delivery.unit_of_work import Work

Row = TypeVar("Row")
MOST_TYPED = 200


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column of a list; ``value`` is what its cell holds in an export."""

    key: str
    label: str
    value: Callable[[Row], object]
    align: str = "left"
    sortable: bool = False
    only_export: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """One choice that narrows a list; ``options`` are (value, words)."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ListSpec(Generic[Row]):
    """What a list can show and how it can be narrowed. ``sort`` is the order without a choice, ``-key`` descending."""

    columns: Sequence[Column[Row]]
    filters: Sequence[Filter] = ()
    sort: str = ""


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column as components/tables.html wants it."""

    key: str
    label: str
    align: str
    sort_href: str
    sorted: str


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A page as components/pagination.html wants it."""

    number: int
    pages: int
    total: int
    href: Callable[[int], str]


@dataclass(frozen=True)
class Listing(Generic[Row]):
    """What was asked of a list, and with ``result`` its answer."""

    spec: ListSpec[Row]
    path: str
    q: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""
    descending: bool = False
    number: int = 1
    format: str = ""
    language: str = "en"
    result: Page[Row] = field(default_factory=lambda: Page((), 0))

    @classmethod
    def read(cls, incoming: Incoming, spec: ListSpec[Row]) -> Listing[Row]:
        """What the address asks for; what the declaration does not know is left out."""
        query = incoming.query
        chosen = {
            name.name: query[name.name]
            for name in spec.filters
            if query.get(name.name, "") in {value for value, _ in name.options if value}
        }
        wanted = query.get("sort") or spec.sort
        key = wanted.removeprefix("-")
        if key not in {column.key for column in spec.columns if column.sortable} and wanted != spec.sort:
            wanted, key = spec.sort, spec.sort.removeprefix("-")
        return cls(
            spec=spec,
            path=incoming.path,
            q=_typed(query.get("q", "")),
            chosen=chosen,
            sort=key,
            descending=wanted.startswith("-"),
            number=_number(query.get("page", "")),
            format=query.get("format", "") if query.get("format", "") in FORMATS else "",
        )

    @property
    def request(self) -> PageRequest:
        """The stretch to fetch: the page, or everything for an export."""
        return PageRequest(1, MOST_ROWS) if self.format else PageRequest(self.number)

    @property
    def rows(self) -> Sequence[Row]:
        """The rows of this page."""
        return self.result.rows

    @property
    def narrowed(self) -> bool:
        """Whether search or a filter leaves something out."""
        return bool(self.q or self.chosen)

    def href(self, **changes: str | int | None) -> str:
        """The address of the same list with some things changed; None leaves a thing out."""
        given: dict[str, str | int | None] = {"q": self.q, **self.chosen, "sort": self._sort_word(), "page": None}
        kept = {name: value for name, value in (given | changes).items() if value not in {None, ""}}
        return f"{self.path}?{urlencode(kept)}" if kept else self.path

    @cached_property
    def columns(self) -> list[ShownColumn]:
        """Columns of the page, each with the address that sorts by it or turns its order round."""
        return [self._shown(column) for column in self.spec.columns if not column.only_export]

    @cached_property
    def filters(self) -> list[Filter]:
        """Filters in the reader's language, each with a first option that does not narrow."""
        say = translator(self.language)
        return [
            Filter(
                each.name, say(each.label), [("", say("All")), *((value, say(words)) for value, words in each.options)]
            )
            for each in self.spec.filters
        ]

    @property
    def keep(self) -> list[tuple[str, str]]:
        """Hidden fields of the search form: the order outlives a new search."""
        return [("sort", self._sort_word())] if self._sort_word() else []

    @property
    def chips(self) -> list[tuple[str, str]]:
        """What narrows the list, each with the address without it."""
        say = translator(self.language)
        chips = [(f"\u201c{self.q}\u201d", self.href(q=None))] if self.q else []
        for each in self.spec.filters:
            if each.name in self.chosen:
                words = say(dict(each.options)[self.chosen[each.name]])
                chips.append((f"{say(each.label)}: {words}", self.href(**{each.name: None})))
        return chips

    @property
    def pagination(self) -> ShownPage:
        """For components/pagination.html."""
        return ShownPage(
            self.result.number, self.result.pages, self.result.total, lambda number: self.href(page=number)
        )

    def value(self, name: str) -> str:
        """Chosen value of a filter; the form macros read it."""
        return self.chosen.get(name, "")

    def values(self, name: str) -> list[str]:
        """The same as a list; the form macros read it."""
        return [self.chosen[name]] if name in self.chosen else []

    def errors(self, name: str) -> list[Any]:  # noqa: ARG002  # the form macros ask
        """A filter cannot be wrong."""
        return []

    def cell(self, row: Row, key: str) -> object:
        """What the column ``key`` holds for this row."""
        return next(column.value(row) for column in self.spec.columns if column.key == key)

    def _sort_word(self) -> str:
        word = f"-{self.sort}" if self.descending else self.sort
        return "" if word == self.spec.sort else word

    def _shown(self, column: Column[Row]) -> ShownColumn:
        label = translator(self.language)(column.label)
        if not column.sortable:
            return ShownColumn(column.key, label, column.align, "", "none")
        current = column.key == self.sort
        turned = f"-{column.key}" if current and not self.descending else column.key
        order = "none" if not current else "descending" if self.descending else "ascending"
        return ShownColumn(column.key, label, column.align, self.href(sort=turned), order)


def answer_list(
    work: Work,
    template: str,
    listing: Listing[Row],
    fetch: Callable[[PageRequest], Page[Row]],
    *,
    name: str,
    **context: Any,  # noqa: ANN401  # what the template reads
) -> Response:
    """The page with its rows as ``listing``, or a file ``name`` with all of them (at most MOST_ROWS)."""
    found = fetch(listing.request)
    columns = listing.spec.columns
    if listing.format:
        say = translator(work.known.language)
        labels = [say(column.label) for column in columns]
        return export(listing.format, name, labels, ([column.value(row) for column in columns] for row in found.rows))
    shown = replace(listing, result=found, language=work.known.language)
    return page(work, template, listing=shown, **context)


def _typed(text: str) -> str:
    """What was typed into the search field, without what no name contains."""
    clean = "".join(sign for sign in text if unicodedata.category(sign) not in {"Cc", "Cs"})
    return unicodedata.normalize("NFC", clean).strip()[:MOST_TYPED]


def _number(text: str) -> int:
    return min(max(int(text), 1), MAX_PAGE) if text.isascii() and text.isdigit() and len(text) < 9 else 1  # noqa: PLR2004  # longer is no page
