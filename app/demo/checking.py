"""The checks of a closed call in the demo, made by two officers and by the partners who declare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from app.accounts.queries import actor_of_person
from app.applications.queries.check_board import waiting_proposals
from app.applications.queries.screened import screened
from app.applications.rules.check_lifecycle import STEPS, CheckOutcome, CheckResult, CheckStep, ClarificationKind
from app.applications.schemas import (
    AnswerClarification,
    AskClarification,
    ChosenProposal,
    ConfirmChecks,
    DecideCheck,
    ProposeCheck,
    RecordCheck,
    SettleClarification,
)
from app.applications.use_cases.answer_clarification import answer_clarification
from app.applications.use_cases.ask_clarification import ask_clarification
from app.applications.use_cases.confirm_checks import confirm_checks
from app.applications.use_cases.decide_check import decide_check
from app.applications.use_cases.declare_honour import declare_honour
from app.applications.use_cases.propose_check import propose_check
from app.applications.use_cases.propose_clean_checks import propose_clean_checks
from app.applications.use_cases.record_check import record_check
from app.applications.use_cases.settle_clarification import settle_clarification
from app.partnerships.queries import partner_rows
from app.partnerships.rules.lifecycle import PartnerState
from app.partnerships.schemas import PartnerRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.core.actor import Actor
    from app.demo.consortia import Consortium

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MISSING_PAGE = (
    "Page 4 of Part B cannot be read. Please send the document again as you submitted it; nothing else may be changed."
)


@dataclass(slots=True)
class Checkers:
    """Two officers who check the applications of one call."""

    session: Session
    call_id: UUID
    first: Actor
    second: Actor

    def declare(self, consortia: Sequence[Consortium], *, now: datetime) -> None:
        """Every partner declares on its honour."""
        for number, one in enumerate(consortia):
            people: dict[UUID | None, UUID] = {member.organisation_id: member.person_id for member in one.members}
            for at, partner in enumerate(self._partners(one)):
                person = actor_of_person(self.session, people[partner.organisation_id])
                when = now + number * timedelta(minutes=11) + at * HOUR
                declare_honour(self.session, person, one.application_id, partner.id, now=when)

    def look_up(self, consortia: Sequence[Consortium], *, concern: UUID | None = None, now: datetime) -> None:
        """Record the exclusion system for every partner; one application may raise a concern."""
        for number, one in enumerate(consortia):
            for at, partner in enumerate(self._partners(one)):
                found = CheckResult.CONCERN if one.application_id == concern and at == 1 else CheckResult.CLEAR
                words = "An entry of February 2019 names an irregularity in another grant." if found != "clear" else ""
                wanted = RecordCheck(partner_id=partner.id, check="edes", outcome=found, words=words)
                when = now + number * timedelta(minutes=4)
                record_check(self.session, self.first, one.application_id, wanted, now=when)

    def _partners(self, one: Consortium) -> Sequence[PartnerRow]:
        rows = partner_rows(self.session, one.application_id)
        return [row for row in rows if row.state == PartnerState.ACCEPTED and row.role.is_beneficiary]

    def clarify(self, one: Consortium, *, settle: bool = True, now: datetime) -> UUID:
        """Ask for a page that cannot be read; the coordinator answers, and the answer is accepted."""
        asked = AskClarification(
            kind=ClarificationKind.MISSING_DOCUMENT, question=MISSING_PAGE, field="part_b", due_at=now + 7 * DAY
        )
        made = ask_clarification(self.session, self.first, one.application_id, asked, now=now)
        if settle:
            answer = AnswerClarification(
                answer="The file was damaged on the way. Page 4 says the same as in our own copy."
            )
            answer_clarification(self.session, one.lead, one.application_id, made, answer, now=now + 2 * DAY)
            done = SettleClarification(accept=True, words="The page is readable now.")
            settle_clarification(self.session, self.first, one.application_id, made, done, now=now + 3 * DAY)
        return made

    def hear(self, one: Consortium, *, now: datetime) -> None:
        """The right to be heard before an exclusion."""
        question = (
            "The exclusion system holds an entry about one of your partners. Please tell us within seven days what speaks "
            "against an exclusion."
        )
        asked = AskClarification(kind=ClarificationKind.HEARING, question=question, due_at=now + 7 * DAY)
        made = ask_clarification(self.session, self.first, one.application_id, asked, now=now)
        answer = AnswerClarification(answer="The partner contests the entry; the court has not decided yet.")
        answer_clarification(self.session, one.lead, one.application_id, made, answer, now=now + 5 * DAY)
        done = SettleClarification(accept=False, words="The entry is in force whatever the court will decide.")
        settle_clarification(self.session, self.first, one.application_id, made, done, now=now + 6 * DAY)

    def pass_clean(self, *, now: datetime) -> None:
        """Propose every step without findings together, and confirm the proposals of the other officer."""
        for number, _step in enumerate(STEPS):
            when = now + number * DAY
            if propose_clean_checks(self.session, self.first, self.call_id, now=when).proposed:
                chosen = [
                    ChosenProposal(
                        application_id=found.application_id, step=found.check.step, version=found.check.version
                    )
                    for found in waiting_proposals(self.session, self.call_id)
                ]
                confirm_checks(
                    self.session, self.second, self.call_id, ConfirmChecks(chosen=chosen), now=when + 5 * HOUR
                )

    def settle(self, one: Consortium, refused: dict[CheckStep, str], *, now: datetime) -> None:
        """Take an application through the steps that are still open: passed with a reason, or refused."""
        for step in STEPS:
            found = screened(self.session, one.application_id)
            if found is None or (step in found.checks and found.checks[step].state != "open"):
                continue
            fails = step in refused
            words = refused.get(
                step, "The finding is a question that the region list answers: nothing stands against it."
            )
            version = found.checks[step].version if step in found.checks else 0
            wanted = ProposeCheck(
                outcome=CheckOutcome.FAIL if fails else CheckOutcome.PASS, reason=words, version=version
            )
            version = propose_check(self.session, self.first, one.application_id, step, wanted, now=now)
            decided = DecideCheck(decision="confirm", version=version)
            decide_check(self.session, self.second, one.application_id, step, decided, now=now + 3 * HOUR)
            if fails:
                return

    def pass_admissibility(self, consortia: Sequence[Consortium], *, now: datetime) -> None:
        """Only the first step, of these applications."""
        for one in consortia:
            wanted = ProposeCheck(outcome=CheckOutcome.PASS)
            version = propose_check(
                self.session, self.first, one.application_id, CheckStep.ADMISSIBILITY, wanted, now=now
            )
            decided = DecideCheck(decision="confirm", version=version)
            decide_check(
                self.session, self.second, one.application_id, CheckStep.ADMISSIBILITY, decided, now=now + 3 * HOUR
            )

    def propose_only(self, one: Consortium, words: dict[CheckStep, str], *, now: datetime) -> None:
        """Propose a refusal that waits for the second officer."""
        for step, reason in words.items():
            wanted = ProposeCheck(outcome=CheckOutcome.FAIL, reason=reason)
            propose_check(self.session, self.first, one.application_id, step, wanted, now=now)
