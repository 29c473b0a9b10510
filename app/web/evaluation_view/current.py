"""The evaluation that a page is about."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from app.core.errors import NotFoundError
from app.evaluation.queries.board import BoardRow, board
from app.evaluation.queries.rounds import RoundRules, judged_row, latest_rules, round_row, round_rules

if TYPE_CHECKING:
    from app.delivery.unit_of_work import Work


def current_round(work: Work, call_id: UUID) -> RoundRules | None:
    """The latest round of a call with its rules; None before its evaluation was started."""
    return latest_rules(work.session, call_id)


def board_row(work: Work, application_id: UUID) -> tuple[RoundRules, BoardRow]:
    """One application of a round for who may read it; raise NotFound, as for one that nobody judges."""
    judged = judged_row(work.session, application_id)
    rules = round_rules(work.session, round_row(work.session, judged.round_id))
    rows = board(work.session, work.actor, rules, now=work.now, application_ids=[application_id])
    if not rows:
        raise NotFoundError("application")
    return rules, rows[0]
