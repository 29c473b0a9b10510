"""The one Jinja environment, for pages, documents and mails."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from jinja2 import FileSystemLoader, StrictUndefined, select_autoescape
from jinja2.ext import Extension
from jinja2.lexer import Token

from app.core import chart_axes, charts
from app.core.money import Money
from app.core.periods import BRUSSELS
from app.core.rates import Rate
from app.infra.catalogue import TRANSLATED, translations
from app.infra.printing import PrintingEnvironment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jinja2 import Environment
    from jinja2.lexer import TokenStream

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
LANGUAGES = ("en", *TRANSLATED)
_KEPT = 16_384
"""Figures in words that are kept: a list prints the same amounts and days again and again."""
_CALL = ("name", "lparen", "string", "rparen")
"""The tokens of ``_("words")``."""
_NOT_AFTER = ("dot", "pipe")
_LOCALE = {"en": "en_GB", "fr": "fr_FR", "de": "de_DE"}


class TranslatedOnce(Extension):
    """Puts the translation where a template says ``_("words")``: an environment has one language, so it never changes.

    A page says a hundred such things; what is a constant is printed with the markup around it.
    """

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """The tokens, with a text for each call of gettext with nothing but a text."""
        before, waiting = "", list[Token]()
        for token in stream:
            waiting.append(token)
            if token.type != _CALL[len(waiting) - 1] or waiting[0].value != "_" or before in _NOT_AFTER:
                yield from waiting
                before, waiting = token.type, []
            elif len(waiting) == len(_CALL):
                say: Callable[[str], str] = self.environment.globals["_"]  # type: ignore[assignment]  # globals hold anything
                yield Token(token.lineno, "string", say(waiting[2].value))
                before, waiting = "string", []
        yield from waiting


def environment(language: str = "en") -> Environment:
    """The environment for one language: strict, autoescaping, with our filters; the same one each time."""
    return _environment(language)


@cache
def _environment(language: str) -> Environment:
    made = PrintingEnvironment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(enabled_extensions=("html", "svg"), default_for_string=True),
        undefined=StrictUndefined,
        auto_reload=False,  # to look for a newer file costs each page some fifty questions to the disk
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do", TranslatedOnce],
    )
    made.globals["_"] = translator(language)
    made.globals["language"] = language
    made.globals["charts"] = charts
    made.globals["chart_axes"] = chart_axes
    made.filters.update(_filters(locale_of(language), translator(language)))
    return made


def locale_of(language: str) -> str:
    """How a language writes dates and figures."""
    return _LOCALE.get(language, "en_GB")


@cache
def translator(language: str) -> Callable[[str], str]:
    """Gettext for one language: the translation of a text, the English text itself where there is none."""
    words = translations(language)
    return lambda text: words.get(text) or text


def _filters(locale: str, say: Callable[[str], str]) -> dict[str, Callable[..., Any]]:
    return {
        "money": lambda amount, currency=True: money_text(amount, locale, with_currency=currency),
        "number": lambda value: number_text(value, locale),
        "day": lambda value, weekday=False: day_text(value, locale, weekday=weekday),
        "instant": lambda value, zone=BRUSSELS, weekday=False, seconds=False: instant_text(
            value, locale, zone=zone, weekday=weekday, seconds=seconds
        ),
        "figure": lambda value: figure_text(value, locale),
        "iso": lambda value: value.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "points": points_text,
        "words": lambda value: say(str(value).replace("_", " ")),
    }


def points_text(points: Decimal) -> str:
    """Points of a score without needless zeros: ``7.50`` is ``7.5``."""
    text = format(points, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


@lru_cache(maxsize=_KEPT)
def money_text(amount: Money, locale: str, *, with_currency: bool = True) -> str:
    """``EUR 360,000.00`` by locale, with two decimals always."""
    sign = "-" if amount.cents < 0 else ""
    whole, part = divmod(abs(amount.cents), 100)
    point = format_decimal(0.5, format="0.0", locale=locale)[1]
    text = f"{sign}{format_decimal(whole, locale=locale)}{point}{part:02d}"
    return f"{amount.currency}\u00a0{text}" if with_currency else text


@lru_cache(maxsize=_KEPT)
def number_text(value: int, locale: str) -> str:
    """A count by locale: ``1,000``."""
    return str(format_decimal(value, locale=locale))


def day_pattern(locale: str) -> str:
    """``4 April 2019``; German counts days: ``4. April 2019``."""
    return "d. MMMM y" if locale.startswith("de") else "d MMMM y"


@lru_cache(maxsize=_KEPT)
def day_text(value: date, locale: str, *, weekday: bool = False) -> str:
    """``4 April 2019``, with the weekday where a deadline is meant."""
    return format_date(value, format=("EEEE " if weekday else "") + day_pattern(locale), locale=locale)


@lru_cache(maxsize=_KEPT)
def instant_text(
    value: datetime, locale: str, *, zone: str = BRUSSELS, weekday: bool = False, seconds: bool = False
) -> str:
    """``4 April 2019, 17:00`` in the zone."""
    pattern = ("EEEE " if weekday else "") + day_pattern(locale) + ", " + ("HH:mm:ss" if seconds else "HH:mm")
    return format_datetime(value, format=pattern, tzinfo=ZoneInfo(zone), locale=locale)


def figure_text(value: object, locale: str) -> str:
    """A figure of a finding by locale."""
    match value:
        case Money():
            return money_text(value, locale)
        case Rate():
            return str(value)
        case datetime():
            return instant_text(value, locale)
        case date():
            return day_text(value, locale)
        case int() if not isinstance(value, bool):
            return number_text(value, locale)
        case _:
            return str(value)
