"""Adopt the ranking that the committee approved, and later note that everybody was told."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.rules.interests import interest_findings
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.core.violations import Violation
from app.documents.schemas import DocumentRequest
from app.documents.use_cases.request_document import request_document
from app.evaluation.events import RankingAdopted, RoundMoved
from app.evaluation.policies import require_running
from app.evaluation.queries.interests import has_part_in
from app.evaluation.queries.panel import proposal_for_change, seats_of, votes_of
from app.evaluation.queries.rankings import prepared_ranking
from app.evaluation.queries.rounds import RoundRules, round_for_change, round_row, round_rules
from app.evaluation.rules.committee import Seat, Tally, adoption_findings, tally
from app.evaluation.rules.lifecycle import RANKING, ROUND, RankingEvent, RoundEvent

RANKING_RECORD = "ranking_record"


def adopt_ranking(session: Session, actor: Actor, round_id: UUID, *, now: datetime) -> UUID:
    """Make the proposed ranking final and ask for its record; return the id of the ranking.

    The ranking is made again from what is stored now: raise RulesViolated where its hash differs from that of the
    proposal, where too few members approve, where nothing is proposed, or for who belongs to an applicant.
    """
    known = round_rules(session, round_row(session, round_id))
    require_running(actor, known.row.call_id, known.programme_id)
    found = round_for_change(session, round_id)
    state = ROUND.after(found.state, RoundEvent.ADOPT)
    proposal = proposal_for_change(session, round_id)
    if proposal is None:
        words = "Propose a ranking first. The committee votes on it, then it is adopted."
        raise RulesViolatedError([Violation("panel.nothing_proposed", words)])
    changed = prepared_ranking(session, known).sha256 != proposal.sha256
    votes = tally_of(session, known, proposal.id)
    own = interest_findings(of_a_party=has_part_in(session, actor, found.call_id))
    if against := (*own, *adoption_findings(votes, changed=changed)):
        raise RulesViolatedError(against)
    proposal.state = RANKING.after(proposal.state, RankingEvent.ADOPT)
    proposal.adopted_at, proposal.adopted_by = now, actor.person_id
    found.state, found.adopted_at = state, now
    session.flush()
    facts = {
        "ranking": proposal.id,
        "number": proposal.number,
        "sha256": proposal.sha256,
        "approvals": votes.approvals,
        "members": votes.members,
    }
    record_event(session, actor, RankingAdopted(subject_id=round_id, facts=facts, call_id=found.call_id), now=now)
    identity = known.rules.identity
    request_document(
        session,
        actor,
        DocumentRequest(
            kind=RANKING_RECORD,
            subject_kind="ranking",
            subject_id=proposal.id,
            reference=f"{identity.identifier} ranking v{proposal.number}",
            title="Record of the evaluation committee",
            data={"ranking": str(proposal.id), "sha256": proposal.sha256},
            call_id=found.call_id,
        ),
        now=now,
    )
    return proposal.id


def tally_of(session: Session, known: RoundRules, ranking_id: UUID) -> Tally:
    """How the committee voted so far: only members who still sit in it count."""
    members = [row.person_id for row in seats_of(session, known.row.id) if row.seat is Seat.PANEL_MEMBER]
    votes = {row.person_id: row.approves for row in votes_of(session, ranking_id)}
    return tally(known.evaluation, members, votes)


def mark_informed(session: Session, actor: Actor, round_id: UUID, *, now: datetime) -> None:
    """Note that every applicant was told the result; what the call opens to applicants then opens."""
    known = round_rules(session, round_row(session, round_id))
    require_running(actor, known.row.call_id, known.programme_id)
    found = round_for_change(session, round_id)
    found.state = ROUND.after(found.state, RoundEvent.INFORM)
    found.informed_at = now
    session.flush()
    facts = {"state": found.state}
    record_event(session, actor, RoundMoved(subject_id=round_id, facts=facts, call_id=found.call_id), now=now)
