"""Prepare the award decision: the adopted ranking and the refusals at the checks become decisions to sign."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.queries.applied_call import applied_call
from app.applications.queries.checks import refused_applications, screening_counts
from app.applications.queries.screened import screened_of_call
from app.applications.rules.lifecycle import ApplicationState
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.core.money import Money
from app.core.violations import Violation
from app.evaluation.queries.panel import adopted_ranking
from app.evaluation.queries.rounds import round_for_change, round_of_call
from app.evaluation.schemas import RankingRow
from app.grants.events import AwardPrepared
from app.grants.models import Award
from app.grants.policies import require_preparing
from app.grants.queries.awards import applications_with_award, awards_of, last_numbers
from app.grants.rules.lifecycle import AWARD, AwardState
from app.grants.rules.outcomes import Decision, Outcome, Refused, decisions, preparation_findings
from app.infra.ids import new_id
from app.ledger.queries import envelopes_for_change


def prepare_awards(session: Session, actor: Actor, call_id: UUID, *, now: datetime) -> tuple[UUID, ...]:
    """Prepare a decision for every ranked or refused application that has none; return their ids.

    Raise RulesViolated before a ranking is adopted, where nothing is left to prepare (it was done already), and where
    the main list asks for more than an envelope has left. Who withdrew gets no decision.
    """
    call = applied_call(session, call_id, share=True)
    require_preparing(actor, call_id, call.programme_id)
    left = {envelope.code: envelope.available for envelope in envelopes_for_change(session, call_id)}
    judged = round_of_call(session, call_id)
    if judged is not None:
        round_for_change(session, judged.id)
    ranking = adopted_ranking(session, call_id)
    if ranking is None and (judged is not None or screening_counts(session, call_id).admitted):
        words = "The award decision follows the ranking: the committee adopts it first."
        raise RulesViolatedError([Violation("award.no_ranking", words)])
    wanted = _wanted(session, call_id, ranking)
    if not wanted:
        words = "Every decision of this call is prepared already, or there is none to prepare."
        raise RulesViolatedError([Violation("award.prepared_already", words)])
    if found := preparation_findings(wanted, _free(session, call_id, left)):
        raise RulesViolatedError(found)
    numbers = last_numbers(session, call_id)
    made = [
        Award(
            id=new_id(),
            call_id=call_id,
            application_id=one.application_id,
            number=numbers.get(one.application_id, 0) + 1,
            ranking_id=ranking.id if ranking is not None and one.outcome.was_ranked else None,
            outcome=one.outcome,
            amount=one.amount,
            envelope=one.envelope,
            position=one.position,
            reasons=one.reasons,
            state=AWARD.initial,
            prepared_at=now,
            prepared_by=actor.person_id,
        )
        for one in wanted
    ]
    session.add_all(made)
    session.flush()
    for award in made:
        record_prepared(session, actor, award, now=now)
    return tuple(award.id for award in made)


def record_prepared(session: Session, actor: Actor, award: Award, *, now: datetime) -> None:
    """Note that a decision was prepared; only the log of the decision shows it."""
    facts = {
        "application": award.application_id,
        "outcome": award.outcome,
        "amount": award.amount,
        "number": award.number,
        "ranking": award.ranking_id,
    }
    record_event(session, actor, AwardPrepared(subject_id=award.id, facts=facts, call_id=award.call_id), now=now)


def _wanted(session: Session, call_id: UUID, ranking: RankingRow | None) -> tuple[Decision, ...]:
    """Decisions that are neither prepared nor signed, in order."""
    every = screened_of_call(session, call_id)
    withdrawn = {one.id for one in every if one.state is ApplicationState.WITHDRAWN}
    refused = [Refused(one.application_id, one.step, one.reason) for one in refused_applications(session, call_id)]
    known = applications_with_award(session, call_id)
    found = decisions(ranking.snapshot if ranking is not None else None, refused, withdrawn=withdrawn)
    return tuple(one for one in found if one.application_id not in known)


def _free(session: Session, call_id: UUID, left: dict[str, Money]) -> dict[str, Money]:
    """What each envelope has left beside the awards that are prepared and not signed."""
    free = dict(left)
    for award in awards_of(session, call_id, states=[AwardState.PREPARED]):
        if award.outcome is Outcome.MAIN and award.amount is not None and award.envelope in free:
            free[award.envelope] -= award.amount
    return free
