"""What is to be done next about a grant, in words: home pages, lists, portfolio and start page ask here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from app.infra.templates import day_text, locale_of, translator
from app.reporting.rules.lateness import STEP_WORDS, NextAct, Step

if TYPE_CHECKING:
    from datetime import date

    from app.reporting.rules.portfolio import PortfolioRow


@dataclass(frozen=True, slots=True)
class ShownAct:
    """The next act: what, who (empty where nobody acts), until which day, how many days late, and what stands still."""

    what: str
    who: str
    by: date | None
    days_late: int
    still: str


def act_words(act: NextAct, language: str) -> str:
    """What is to be done, with the number of its report."""
    words = translator(language)(STEP_WORDS[act.step])
    return f"{words} {act.number}" if act.number else words


def actor_words(act: NextAct, language: str) -> str:
    """Who acts; empty where nobody does."""
    return translator(language)(act.actor) if act.actor else ""


def still_words(act: NextAct, language: str) -> str:
    """Since when it stands still; empty where it does not."""
    day = day_text(act.since, locale_of(language)) if act.since is not None else ""
    return translator(language)("stands still since {day}").format(day=day) if day else ""


def shown_act(row: PortfolioRow, language: str) -> ShownAct:
    """The next act of a grant as every page shows it."""
    act = row.act
    return ShownAct(
        act_words(act, language), actor_words(act, language), act.by, row.days_late, still_words(act, language)
    )


def act_sentence(row: PortfolioRow, language: str) -> str:
    """The same as a sentence without its day; empty where nothing is left to be done."""
    if row.act.step is Step.NOTHING:
        return ""
    shown, say = shown_act(row, language), translator(language)
    words = say("Next: %(what)s. Who acts: %(who)s.") % {"what": shown.what, "who": shown.who}
    return f"{words} {say('It')} {shown.still}." if shown.still else words


def shown_acts(rows: Mapping[UUID, PortfolioRow], language: str) -> Mapping[UUID, ShownAct]:
    """The next act of each of these grants."""
    return {grant_id: shown_act(row, language) for grant_id, row in rows.items()}
