"""A member of the committee votes on the proposed ranking that they read."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.policies import require_own_act
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotPermittedError, RulesViolatedError
from app.core.violations import Violation
from app.evaluation.events import VoteCast
from app.evaluation.models import Vote
from app.evaluation.queries.committee import panel_access
from app.evaluation.queries.panel import proposal_for_change
from app.evaluation.queries.rounds import round_for_change, round_row, round_rules
from app.evaluation.rules.committee import vote_findings
from app.evaluation.rules.lifecycle import RoundState
from app.evaluation.schemas import CastVote


def cast_vote(session: Session, actor: Actor, round_id: UUID, wanted: CastVote, *, now: datetime) -> None:
    """Vote, or change the vote, until the ranking is adopted.

    A member with a conflict votes on the list as a whole; the record prints the conflict. Raise NotPermitted for
    observers, moderators and the office, RulesViolated where nothing is proposed, for another content than the one
    that stands now, and for a vote against it without a reason.
    """
    require_own_act(actor)
    known = round_rules(session, round_row(session, round_id))
    if not panel_access(session, actor, known).votes or actor.person_id is None:
        raise NotPermittedError("Only members of the evaluation committee vote.")
    found = round_for_change(session, round_id, share=True)
    proposal = proposal_for_change(session, round_id)
    if proposal is None or found.state != RoundState.PANEL:
        raise RulesViolatedError([Violation("panel.nothing_to_vote", "There is no proposed ranking to vote on.")])
    current = wanted.sha256 == proposal.sha256
    if against := vote_findings(approves=wanted.approves, words=wanted.words, current=current):
        raise RulesViolatedError(against)
    vote = session.get(Vote, (proposal.id, actor.person_id), with_for_update=True, populate_existing=True)
    if vote is None:
        vote = Vote(ranking_id=proposal.id, person_id=actor.person_id)
        session.add(vote)
    vote.approves, vote.words, vote.voted_at = wanted.approves, wanted.words, now
    session.flush()
    facts = {"ranking": proposal.id, "number": proposal.number, "approves": wanted.approves}
    record_event(session, actor, VoteCast(subject_id=round_id, facts=facts, call_id=found.call_id), now=now)
