"""What if the envelope or the line were another: a look that changes nothing."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.core.errors import NotFoundError
from app.core.money import AmountError, Money
from app.core.violations import Violation
from app.delivery.evaluation_guards import committee_of
from app.delivery.unit_of_work import READ, Work, run
from app.evaluation.queries.candidates import candidates_of, panel_facts
from app.evaluation.rules.ranking import RankedList, Supposition, envelopes_of, line_skips, rank
from app.evaluation.rules.what_if import moves
from app.web.forms import FormView, form_page
from app.web.ranking_view.page import panel_round
from app.web.requests import Request_

router = APIRouter(prefix="/panel/{call_id:uuid}/what-if")


@router.get("")
def show(incoming: Request_, call_id: UUID) -> Response:
    """Who would come in or fall out under another amount or another line. The committee and the office."""
    return run(incoming, READ, committee_of(call_id), lambda work: _page(work, call_id, dict(incoming.query)))


def _page(work: Work, call_id: UUID, typed: dict[str, str]) -> Response:
    here = panel_round(work, call_id)
    if not here.access.sees_ranking:
        raise NotFoundError("ranking")
    rules = here.known.rules
    facts = panel_facts(work.session, here.known)
    candidates = [one for one in candidates_of(here.known, facts) if one.application_id not in here.access.hidden]
    before = rank(rules, candidates)
    given, found = _amounts(dict(envelopes_of(rules)), typed)
    asked = bool(given) or typed.get("line") in {"stops", "skips"}
    skips = typed.get("line") == "skips" if typed.get("line") in {"stops", "skips"} else None
    after = rank(rules, candidates, Supposition(given, skips))
    changed = moves(before, after)
    rows = {one.application_id: one for one in facts.judged}
    values = {f"amount-{code}": given.get(code, amount).amount for code, amount in envelopes_of(rules)} | typed
    values.setdefault("line", "skips" if line_skips(rules) else "stops")
    return form_page(
        work,
        "panel/what_if.html",
        FormView(FormView.of(values).typed, found, status=422 if found else 200),
        labels={},
        here=here,
        envelopes=envelopes_of(rules),
        asked=asked and not found,
        enter=[(rows[one], _position(after, one)) for one in changed.enter],
        leave=[(rows[one], _position(after, one)) for one in changed.leave],
        pairs=list(zip(before.lines, after.lines, strict=True)),
        partial=bool(here.access.hidden),
    )


def _amounts(envelopes: dict[str, Money], typed: dict[str, str]) -> tuple[dict[str, Money], list[Violation]]:
    given: dict[str, Money] = {}
    found = []
    for code in envelopes:
        name = f"amount-{code}"
        if not typed.get(name, "").strip():
            continue
        try:
            amount = Money.parse(typed[name])
        except AmountError:
            amount = Money(-1)
        if amount.cents < 0:
            words = "Give an amount with at most two decimals, for example 3600000.00."
            found.append(Violation("what_if.amount", words, name))
        else:
            given[code] = amount
    return given, found


def _position(ranked: RankedList, application_id: UUID) -> int | None:
    return next(one.position for one in ranked.entries if one.candidate.application_id == application_id)
