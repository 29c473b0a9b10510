"""The panel of a call's evaluation: committee, phase, ranking, proposal, votes, adoption."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse, Response

from app.api.application_shapes import Made
from app.api.paging import Paging
from app.api.panel_shapes import (
    CommitteeItem,
    LineItem,
    MovesItem,
    ProposalItem,
    RankingPage,
    committee_item,
    line_items,
    proposal_item,
    ranking_item,
)
from app.api.requests import Request_, Searched
from app.core.errors import NotFoundError
from app.core.money import Money
from app.core.paging import Page
from app.delivery.evaluation_guards import committee_of, runs_evaluation
from app.delivery.guards import follows_call
from app.delivery.idempotency import once
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.evaluation.queries.candidates import candidates_of, panel_facts
from app.evaluation.queries.committee import committee_conflicts, panel_access
from app.evaluation.queries.panel import adopted_ranking, proposed_ranking, seats_of, votes_of
from app.evaluation.queries.rankings import known_round, ranking_to_show
from app.evaluation.rules.ranking import Supposition, envelopes_of, rank
from app.evaluation.rules.ranking_rows import lines_of, narrowed
from app.evaluation.rules.what_if import moves
from app.evaluation.schemas import CastVote, DecideTie, SeatPerson, WithReason
from app.evaluation.use_cases.adopt_ranking import adopt_ranking, tally_of
from app.evaluation.use_cases.cast_vote import cast_vote
from app.evaluation.use_cases.decide_tie import decide_tie
from app.evaluation.use_cases.open_panel import open_panel, return_to_experts
from app.evaluation.use_cases.propose_ranking import propose_ranking
from app.evaluation.use_cases.seat_person import seat_person, unseat_person

router = APIRouter(prefix="/evaluation/calls/{call_id}", tags=["panel"])


@router.get("/committee")
def committee(incoming: Request_, call_id: UUID) -> CommitteeItem:
    """Who sits in the committee, and with which applications they have a conflict. The call's office."""

    def answer(work: Work) -> CommitteeItem:
        known = known_round(work.session, call_id)
        return committee_item(seats_of(work.session, known.row.id), committee_conflicts(work.session, known))

    return run(incoming, READ, follows_call(call_id), answer)


@router.post("/committee", status_code=201, response_model=Made)
def seat(incoming: Request_, call_id: UUID, command: SeatPerson) -> Response:
    """Give a seat to the holder of an account. Send an Idempotency-Key."""

    def create(work: Work) -> Response:
        round_id = known_round(work.session, call_id).row.id
        made = seat_person(work.session, work.actor, round_id, command, now=work.now)
        return JSONResponse({"id": str(made)}, 201)

    guard = runs_evaluation(call_id)
    return run(incoming, WRITE, guard, lambda work: once(work, command.model_dump_json().encode(), create))


@router.delete("/committee/{person_id}", status_code=204)
def unseat(incoming: Request_, call_id: UUID, person_id: UUID) -> None:
    """Take a seat away."""

    def write(work: Work) -> None:
        round_id = known_round(work.session, call_id).row.id
        unseat_person(work.session, work.actor, round_id, person_id, now=work.now)

    run(incoming, WRITE, runs_evaluation(call_id), write)


@router.post("/panel/opening", status_code=204)
def begin(incoming: Request_, call_id: UUID) -> None:
    """Open the panel; every application must be concluded."""

    def write(work: Work) -> None:
        open_panel(work.session, work.actor, known_round(work.session, call_id).row.id, now=work.now)

    run(incoming, WRITE, runs_evaluation(call_id), write)


@router.post("/panel/return", status_code=204)
def give_back(incoming: Request_, call_id: UUID, command: WithReason) -> None:
    """Return the round to the experts; a proposed ranking no longer stands."""

    def write(work: Work) -> None:
        return_to_experts(work.session, work.actor, known_round(work.session, call_id).row.id, command, now=work.now)

    run(incoming, WRITE, runs_evaluation(call_id), write)


@router.get("/ranking")
def ranking(
    incoming: Request_,
    call_id: UUID,
    paging: Paging,
    envelope: Searched = "",
    standing: Searched = "",
    q: Searched = "",
) -> RankingPage:
    """The ranking as it stands, or as it was adopted, by what you may see. The first envelope unless you name one."""

    def answer(work: Work) -> RankingPage:
        known = known_round(work.session, call_id)
        access = panel_access(work.session, work.actor, known)
        if not access.sees_ranking:
            raise NotFoundError("ranking")
        shown = ranking_to_show(work.session, known)
        record, prepared, adopted = shown.record, shown.prepared, shown.adopted
        lines = line_items(record)
        chosen = next((one.code for one in lines if one.code == envelope), lines[0].code)
        rows = narrowed(lines_of(record, chosen, hidden=access.hidden), q.strip(), standing)
        found = Page(rows[paging.offset : paging.offset + paging.size], len(rows), paging.number, paging.size)
        return RankingPage(
            state=known.row.state,
            sha256=prepared.sha256 if prepared is not None else adopted.sha256 if adopted is not None else "",
            lines=lines,
            items=[ranking_item(row) for row in found.rows],
            total=found.total,
            page=found.number,
            pages=found.pages,
        )

    return run(incoming, READ, committee_of(call_id), answer)


@router.get("/ranking/what-if")
def what_if(
    incoming: Request_,
    call_id: UUID,
    amount: Annotated[int | None, Query(ge=0, le=10**15, description="Euro cents in the envelope")] = None,
    envelope: Searched = "",
    line: Literal["stops", "skips"] | None = None,
) -> MovesItem:
    """Who would come in or fall out under another amount or another line. Changes nothing."""

    def answer(work: Work) -> MovesItem:
        known = known_round(work.session, call_id)
        access = panel_access(work.session, work.actor, known)
        if not access.sees_ranking:
            raise NotFoundError("ranking")
        facts = panel_facts(work.session, known)
        candidates = [one for one in candidates_of(known, facts) if one.application_id not in access.hidden]
        codes = [code for code, _ in envelopes_of(known.rules)]
        chosen = envelope if envelope in codes else codes[0]
        supposed = Supposition(
            {chosen: Money(amount)} if amount is not None else {}, None if line is None else line == "skips"
        )
        after = rank(known.rules, candidates, supposed)
        changed = moves(rank(known.rules, candidates), after)
        names = {one.application_id: one.reference for one in candidates}
        return MovesItem(
            enter=[names[one] for one in changed.enter],
            leave=[names[one] for one in changed.leave],
            lines=[
                LineItem(
                    code=one.envelope,
                    title=one.envelope,
                    available=one.available,
                    funded=one.funded,
                    left=one.left,
                    next_needs=one.next_needs,
                )
                for one in after.lines
            ],
        )

    return run(incoming, READ, committee_of(call_id), answer)


@router.post("/ties", status_code=204)
def ties(incoming: Request_, call_id: UUID, command: DecideTie) -> None:
    """Put the applications of one tie in order, with the panel's reason. The moderator or the office."""

    def write(work: Work) -> None:
        decide_tie(work.session, work.actor, known_round(work.session, call_id).row.id, command, now=work.now)

    run(incoming, WRITE, committee_of(call_id), write)


@router.post("/ranking/proposals", status_code=201, response_model=Made)
def propose(incoming: Request_, call_id: UUID) -> Response:
    """Freeze the ranking for the committee to vote on; no body. Send an Idempotency-Key."""

    def create(work: Work) -> Response:
        made = propose_ranking(work.session, work.actor, known_round(work.session, call_id).row.id, now=work.now)
        return JSONResponse({"id": str(made)}, 201)

    return run(incoming, WRITE, runs_evaluation(call_id), lambda work: once(work, b"", create))


@router.get("/ranking/proposal")
def proposal(incoming: Request_, call_id: UUID) -> ProposalItem:
    """The ranking that is voted on, or the adopted one, with its votes."""

    def answer(work: Work) -> ProposalItem:
        known = known_round(work.session, call_id)
        access = panel_access(work.session, work.actor, known)
        found = proposed_ranking(work.session, call_id) or adopted_ranking(work.session, call_id)
        if found is None or not access.sees_ranking:
            raise NotFoundError("ranking")
        votes = votes_of(work.session, found.id)
        return proposal_item(found, votes, tally_of(work.session, known, found.id), access)

    return run(incoming, READ, committee_of(call_id), answer)


@router.put("/ranking/vote", status_code=204)
def vote(incoming: Request_, call_id: UUID, command: CastVote) -> None:
    """Approve the proposed ranking, or vote against it with a reason. Members of the committee."""

    def write(work: Work) -> None:
        cast_vote(work.session, work.actor, known_round(work.session, call_id).row.id, command, now=work.now)

    run(incoming, WRITE, committee_of(call_id), write)


@router.post("/ranking/adoption", status_code=201, response_model=Made)
def adopt(incoming: Request_, call_id: UUID) -> Response:
    """Make the approved ranking final; no body. Send an Idempotency-Key."""

    def create(work: Work) -> Response:
        made = adopt_ranking(work.session, work.actor, known_round(work.session, call_id).row.id, now=work.now)
        return JSONResponse({"id": str(made)}, 201)

    return run(incoming, WRITE, runs_evaluation(call_id), lambda work: once(work, b"", create))
