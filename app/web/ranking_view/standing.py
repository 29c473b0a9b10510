"""Where the panel of a round stands, who acts next and by what, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.evaluation.queries.panel import proposed_ranking, votes_of
from app.evaluation.rules.lifecycle import RoundState
from app.evaluation.use_cases.adopt_ranking import tally_of

if TYPE_CHECKING:
    from app.delivery.unit_of_work import Work
    from app.web.ranking_view.page import PanelRound


@dataclass(frozen=True, slots=True)
class Standing:
    """State of a tag with its words, and who acts next; ``to_vote`` whether this person's vote is missing."""

    state: str
    words: str
    next: str
    to_vote: bool = False


_ELSEWHERE = {
    RoundState.EXPERTS_AT_WORK: Standing(
        "neutral", "experts at work", "The experts conclude, then the office opens the panel."
    ),
    RoundState.ADOPTED: Standing("ok", "adopted", "The office informs the applicants."),
    RoundState.INFORMED: Standing("ok", "applicants informed", "Nothing is left to do."),
}


def standing(work: Work, here: PanelRound) -> Standing:
    """The standing of a round for the person who looks."""
    if here.known.row.state is not RoundState.PANEL:
        return _ELSEWHERE[here.known.row.state]
    proposed = proposed_ranking(work.session, here.call.id)
    if proposed is None:
        return Standing("info", "panel sits", "The office proposes a ranking when the panel has settled its questions.")
    voted = {row.person_id for row in votes_of(work.session, proposed.id)}
    if here.access.votes and work.actor.person_id not in voted:
        return Standing("warn", "your vote is missing", "You vote on the proposed ranking.", to_vote=True)
    votes = tally_of(work.session, here.known, proposed.id)
    if votes.carried:
        return Standing("info", "approved", "The office adopts the ranking.")
    return Standing("info", "vote under way", "The members of the committee vote.")
