"""What is to be done next about a grant, in words: home pages, lists, portfolio and start page ask here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.infra.templates import day_text, locale_of, translator
from app.reporting.rules.lateness import STEP_WORDS, NextAct, Step

if TYPE_CHECKING:
    from datetime import date


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


def shown_act(act: NextAct, today: date, language: str) -> ShownAct:
    """The next act of a grant as every page shows it."""
    return ShownAct(
        act_words(act, language),
        actor_words(act, language),
        act.by,
        act.days_late(today),
        still_words(act, language),
    )


def act_sentence(act: NextAct, language: str) -> str:
    """The same as a sentence without its day; empty where nothing is left to be done."""
    if act.step is Step.NOTHING:
        return ""
    say, still = translator(language), still_words(act, language)
    named = {"what": act_words(act, language), "who": actor_words(act, language)}
    words = say("Next: %(what)s. Who acts: %(who)s.") % named
    return f"{words} {say('It {still}.').format(still=still)}" if still else words
