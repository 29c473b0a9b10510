"""Can the evaluation committee decide? Seats, quorum, and what stands in the way of a ranking."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from app.core.violations import Violation
from app.evaluation.rules.assignments import HitKind

if TYPE_CHECKING:
    from app.calls.rules.evaluation_kinds import Evaluation

MIN_REASON = 20
"""Characters of the reason for a changed mark, a decided tie or a vote against."""


class Seat(StrEnum):
    """What somebody is in the evaluation committee."""

    MODERATOR = "moderator"
    PANEL_MEMBER = "panel_member"
    OBSERVER = "observer"


def bars(hits: Collection[HitKind]) -> bool:
    """Whether what connects a member with an application is a conflict; a mail domain alone is only looked at."""
    return any(hit is not HitKind.MAIL_DOMAIN for hit in hits)


@dataclass(frozen=True, slots=True)
class Tally:
    """The votes on a ranking: members who may vote, approvals that are needed, and what was given."""

    members: int
    needed: int
    approvals: int
    against: int

    @property
    def carried(self) -> bool:
        """Whether enough members approve."""
        return self.members > 0 and self.approvals >= self.needed


def tally(evaluation: Evaluation, members: Collection[UUID], votes: Mapping[UUID, bool]) -> Tally:
    """Count the votes of members; others' votes count for nothing. Needed is the call's quorum, else more than half."""
    needed = evaluation.quorum if evaluation.quorum is not None else len(members) // 2 + 1
    given = [votes[member] for member in members if member in votes]
    return Tally(len(members), needed, sum(given), len(given) - sum(given))


def panel_findings(*, unconcluded: int, applications: int) -> tuple[Violation, ...]:
    """Why the panel cannot begin: applications on which the experts have not concluded."""
    if not applications:
        return (Violation("panel.nothing_to_rank", "There is no application to rank."),)
    if unconcluded:
        words = "{unconcluded} of {applications} applications have no concluded consensus report."
        figures = {"unconcluded": unconcluded, "applications": applications}
        return (Violation("panel.not_concluded", words, figures=figures),)
    return ()


def proposal_findings(*, unresolved: int, ties: int, unchecked: int) -> tuple[Violation, ...]:
    """Why a ranking cannot be proposed: cases without agreement, ties nobody decided, capacity nobody checked."""
    found = []
    if unresolved:
        words = "{unresolved} applications have no majority. The panel sets their scores."
        found.append(Violation("panel.unresolved", words, figures={"unresolved": unresolved}))
    if ties:
        words = "{ties} ties remain after every comparison of the call. The panel decides their order."
        found.append(Violation("panel.ties", words, figures={"ties": ties}))
    if unchecked:
        words = "{unchecked} checks of financial or operational capacity are missing on the main list."
        found.append(Violation("panel.capacity_unchecked", words, figures={"unchecked": unchecked}))
    return tuple(found)


def adoption_findings(votes: Tally, *, changed: bool) -> tuple[Violation, ...]:
    """Why a proposed ranking cannot be adopted: something changed since, or the committee has no quorum for it."""
    found = []
    if changed:
        words = "Something changed since this ranking was proposed. Propose it again."
        found.append(Violation("panel.changed_since", words))
    if not votes.carried:
        words = "{approvals} of {members} members approve this ranking, {needed} are needed."
        figures = {"approvals": votes.approvals, "members": votes.members, "needed": votes.needed}
        found.append(Violation("panel.no_quorum", words, figures=figures))
    return tuple(found)


def reason_findings(words: str, place: str = "reason") -> tuple[Violation, ...]:
    """Why an act of the panel cannot be kept: its reason is missing or too short to be one."""
    if len(words.strip()) >= MIN_REASON:
        return ()
    told = "Give the reason in at least {minimum} characters: it stands in the panel's record."
    return (Violation("panel.reason", told, place, {"minimum": MIN_REASON}),)


def vote_findings(*, approves: bool, words: str, current: bool) -> tuple[Violation, ...]:
    """Why a vote does not count: the ranking that was read is not the one to vote on, or no reason against it."""
    found = () if current else (Violation("panel.stale_vote", _STALE),)
    return found if approves else (*found, *reason_findings(words, "words"))


_STALE = "The ranking that you read was replaced in the meantime. Read the present one, then vote."
