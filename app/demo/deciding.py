"""From concluded reports to letters: the panel of the demo, its ranking, the award decisions and what is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from app.accounts.queries import actor_of_person
from app.core.paging import PageRequest
from app.demo.people import address, make_person
from app.evaluation.queries.candidates import panel_facts
from app.evaluation.queries.panel import proposed_ranking
from app.evaluation.queries.rankings import known_round, prepared_ranking
from app.evaluation.rules.committee import Seat
from app.evaluation.rules.selection import CapacityOutcome
from app.evaluation.schemas import CastVote, DecideTie, RecordCapacity, SeatPerson, SetMark
from app.evaluation.use_cases.adopt_ranking import adopt_ranking
from app.evaluation.use_cases.cast_vote import cast_vote
from app.evaluation.use_cases.decide_tie import decide_tie
from app.evaluation.use_cases.open_panel import open_panel
from app.evaluation.use_cases.propose_ranking import propose_ranking
from app.evaluation.use_cases.record_capacity import record_capacity
from app.evaluation.use_cases.seat_person import seat_person
from app.evaluation.use_cases.set_mark import set_mark
from app.grants.queries.awards import awards_page
from app.grants.queries.letters import letters_page
from app.grants.rules.lifecycle import AwardState
from app.grants.schemas import AwardFilter, DropAward, LetterFilter, SendLetters, SignAwards
from app.grants.use_cases.drop_award import drop_award
from app.grants.use_cases.prepare_awards import prepare_awards
from app.grants.use_cases.preview_letter import preview_letter
from app.grants.use_cases.send_letters import send_letters
from app.grants.use_cases.sign_award import sign_awards

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.core.actor import Actor

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
COMMITTEE = (
    ("Margriet Hoekstra", Seat.MODERATOR),
    ("Luis Ferreira", Seat.PANEL_MEMBER),
    ("Agata Sikora", Seat.PANEL_MEMBER),
    ("Niklas Brandt", Seat.PANEL_MEMBER),
    ("Fiona Byrne", Seat.OBSERVER),
)
ALL = PageRequest(size=1000)


def committee_address(name: str) -> str:
    """An address that nobody has."""
    return address(name, "committee")


@dataclass(slots=True)
class Panel:
    """The evaluation committee of one call."""

    session: Session
    call_id: UUID
    officer: Actor
    people: dict[str, UUID]

    @property
    def round_id(self) -> UUID:
        """The round of the call."""
        return known_round(self.session, self.call_id).row.id

    def sit(self, known: Mapping[str, UUID], *, now: datetime) -> None:
        """Give the seats, open the panel, check the means of everybody."""
        for number, (name, seat) in enumerate(COMMITTEE):
            later = now + number * MINUTE
            person = known.get(name) or make_person(self.session, name, committee_address(name), now=later)
            self.people[name] = person
            wanted = SeatPerson(email=committee_address(name), seat=seat)
            seat_person(self.session, self.officer, self.round_id, wanted, now=later + MINUTE)
        open_panel(self.session, self.officer, self.round_id, now=now + HOUR)
        rules = known_round(self.session, self.call_id)
        facts = panel_facts(self.session, rules)
        for one in facts.concluded:
            for number, check in enumerate(facts.due(rules, one)):
                weak = number == 1 and one.reference.endswith("7")
                words = "Liquidity was low in the last closed year; payment in more instalments." if weak else ""
                outcome = CapacityOutcome.WEAK if weak else CapacityOutcome.SUFFICIENT
                found = RecordCapacity(kind=check.kind, outcome=outcome, partner_id=check.partner_id, words=words)
                record_capacity(self.session, self.officer, one.application_id, found, now=now + 2 * HOUR)

    def mark(self, application_id: UUID, criterion: str, score: int, reason: str, *, now: datetime) -> None:
        """Set a score instead of the experts' one."""
        wanted = SetMark(criterion=criterion, score=Decimal(score), reason=reason)
        set_mark(self.session, self.officer, application_id, wanted, now=now)

    def order_ties(self, *, now: datetime) -> None:
        """Decide what every comparison of the call leaves open."""
        prepared = prepared_ranking(self.session, known_round(self.session, self.call_id))
        for group in prepared.ranked.ties:
            reason = "The panel prefers the partnership that reaches more regions with few exchanges so far."
            wanted = DecideTie(application_ids=list(group), reason=reason)
            decide_tie(self.session, self.officer, self.round_id, wanted, now=now)

    def propose(self, *, now: datetime) -> None:
        """Freeze the ranking for the vote."""
        propose_ranking(self.session, self.officer, self.round_id, now=now)

    def vote(self, names: Sequence[str], *, now: datetime) -> None:
        """Members approve what is proposed."""
        found = proposed_ranking(self.session, self.call_id)
        assert found is not None  # noqa: S101  # proposed before
        for number, name in enumerate(names):
            member = actor_of_person(self.session, self.people[name])
            wanted = CastVote(approves=True, sha256=found.sha256)
            cast_vote(self.session, member, self.round_id, wanted, now=now + number * 20 * MINUTE)

    def adopt(self, *, now: datetime) -> None:
        """Make the ranking the committee's."""
        adopt_ranking(self.session, self.officer, self.round_id, now=now)


def decide(
    session: Session, call_id: UUID, officer: Actor, authorising: Actor, *, waiting: bool = False, now: datetime
) -> None:
    """Prepare, sign and send every decision of a call whose ranking is adopted.

    Where some are ``waiting``, one is taken back and prepared anew, the last is not signed, and one letter is not sent.
    """
    prepare_awards(session, officer, call_id, now=now)
    prepared = awards_page(session, call_id, AwardFilter(), ALL).rows
    if waiting:
        why = DropAward(reason="The name of the coordinator was misspelt in the register; corrected since.")
        drop_award(session, officer, prepared[0].id, why, now=now + DAY)
        prepare_awards(session, officer, call_id, now=now + DAY + HOUR)
        prepared = awards_page(session, call_id, AwardFilter(state=AwardState.PREPARED), ALL).rows[:-1]
    sign_awards(session, authorising, call_id, SignAwards(award_ids=[one.id for one in prepared]), now=now + 3 * DAY)
    letters = letters_page(session, call_id, LetterFilter(), ALL).rows
    letters = letters[:-1] if waiting else letters
    for number, letter in enumerate(letters):
        preview_letter(session, officer, letter.id, now=now + 4 * DAY + number * MINUTE)
    chosen = SendLetters(letter_ids=[letter.id for letter in letters])
    send_letters(session, officer, call_id, chosen, now=now + 7 * DAY)
