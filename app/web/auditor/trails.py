"""How a figure came about: its lines, each with its event in the chain and what stands behind it. For auditor and office."""

import json
from collections.abc import Callable, Sequence
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.queries import names_of
from app.applications.queries.office_calls import office_call
from app.core.actor import Role, ScopeKind
from app.core.errors import NotFoundError
from app.core.money import Money
from app.core.paging import Page, PageRequest
from app.delivery.grant_guards import follows_grant
from app.delivery.guards import sees_money
from app.delivery.payment_guards import sees_payment
from app.delivery.trail_guards import follows_cost
from app.delivery.unit_of_work import READ, Work, run
from app.grants.queries.grants import grant_head
from app.infra.templates import translator
from app.payments.queries import payment_row
from app.reporting.queries.trail_evidence import Trail
from app.reporting.queries.trail_of_one import cost_place, trail_of_cost, trail_of_payment
from app.reporting.queries.trails import trail_of_call, trail_of_grant
from app.reporting.rules.trails import OF_CALLS, OF_GRANTS, TrailFigure
from app.web.lists import Column, Listing, ListSpec, answer_list
from app.web.requests import Request_
from app.web.trail_words import FIGURES, ShownLine, shown_lines

router = APIRouter(prefix="/audit/trail")
Crumbs = Sequence[tuple[str, str]]


def _facts(row: ShownLine) -> str:
    return json.dumps(row.line.event.facts, sort_keys=True) if row.line.event else ""


LINES: ListSpec[ShownLine] = ListSpec(
    columns=(
        Column("what", "What", lambda row: row.what),
        Column("reference", "Reference", lambda row: row.line.reference, only_export=True),
        Column("reason", "Reason", lambda row: row.line.reason, only_export=True),
        Column("who", "Who", lambda row: row.who),
        Column("when", "When", lambda row: row.line.occurred_at),
        Column("amount", "Amount", lambda row: row.line.amount, align="right"),
        Column("evidence", "What stands behind it", lambda row: "; ".join(words for words, _ in row.evidence)),
        Column("event", "Event", lambda row: row.line.event.kind if row.line.event else "", only_export=True),
        Column("position", "Place in its chain", lambda row: row.line.position or None, only_export=True),
        Column("hash", "Hash", lambda row: row.line.event.hash if row.line.event else "", only_export=True),
        Column("facts", "Facts", _facts, only_export=True),
    )
)


@router.get("/calls/{call_id:uuid}/{figure}")
def of_call(incoming: Request_, call_id: UUID, figure: str) -> Response:
    """A figure of the envelopes of a call. Its office and who follows its money."""

    def answer(work: Work) -> Response:
        wanted = _figure(figure, OF_CALLS)
        call, say = office_call(work.session, call_id, now=work.now), translator(work.known.language)
        back = f"/officer/calls/{call_id}/envelope"
        return _answer(
            work,
            lambda page: trail_of_call(work.session, call_id, wanted, page),
            title=say(FIGURES[wanted]),
            about=f"{call.identifier}, {call.title}",
            crumbs=[(say("Calls"), "/officer/calls"), (call.identifier, back), (say(FIGURES[wanted]), "")],
            name=f"{call.identifier.lower()}-{wanted.value}",
        )

    return run(incoming, READ, sees_money(call_id), answer)


@router.get("/grants/{grant_id:uuid}/{figure}")
def of_grant(incoming: Request_, grant_id: UUID, figure: str) -> Response:
    """A figure of one grant. The office of its call and who follows its money."""

    def answer(work: Work) -> Response:
        wanted = _figure(figure, OF_GRANTS)
        head, say = grant_head(work.session, grant_id), translator(work.known.language)
        back = f"/officer/grants/{grant_id}"
        return _answer(
            work,
            lambda page: trail_of_grant(work.session, grant_id, wanted, page),
            title=say(FIGURES[wanted]),
            about=f"{head.acronym}, {head.reference}",
            crumbs=[(say("Portfolio"), "/officer/portfolio"), (head.acronym, back), (say(FIGURES[wanted]), "")],
            name=f"{head.reference.replace('/', '-').lower()}-{wanted.value}",
        )

    return run(incoming, READ, follows_grant(grant_id), answer)


@router.get("/payments/{payment_id:uuid}")
def of_payment(incoming: Request_, payment_id: UUID) -> Response:
    """The acts of a payment, and what of it is paid now. Who follows the money of its call."""

    def answer(work: Work) -> Response:
        row, say = payment_row(work.session, payment_id), translator(work.known.language)
        return _answer(
            work,
            lambda _: trail_of_payment(work.session, payment_id),
            title=say("Paid"),
            about=f"{row.reference}, {row.subject_reference}",
            crumbs=[(say("Payments"), "/payments"), (row.reference, f"/payments/{payment_id}"), (say("Trail"), "")],
            name=f"{row.reference.lower()}-trail",
        )

    return run(incoming, READ, sees_payment(payment_id), answer)


@router.get("/costs/{cost_id:uuid}")
def of_cost(incoming: Request_, cost_id: UUID) -> Response:
    """A claimed cost that was judged. The office of its grant and who follows the money."""

    def answer(work: Work) -> Response:
        grant_id, number, words = cost_place(work.session, cost_id)
        head, say = grant_head(work.session, grant_id), translator(work.known.language)
        back = f"/officer/grants/{grant_id}"
        report = (say("Report %s") % number, f"{back}/reports/{number}")
        return _answer(
            work,
            lambda _: trail_of_cost(work.session, cost_id),
            title=say("Accepted"),
            about=f"{words}, {head.acronym}",
            crumbs=[(say("Portfolio"), "/officer/portfolio"), (head.acronym, back), report, (say("Cost"), "")],
            name=f"{head.reference.replace('/', '-').lower()}-cost",
        )

    return run(incoming, READ, follows_cost(cost_id), answer)


def _answer(  # what the page says about itself
    work: Work,
    read: Callable[[PageRequest], Trail],
    *,
    title: str,
    about: str,
    crumbs: Crumbs,
    name: str,
) -> Response:
    amounts: list[Money] = []

    def fetch(request: PageRequest) -> Page[ShownLine]:
        found = read(request)
        amounts.append(found.amount)
        names = names_of(work.session, [line.actor_id for line in found.page.rows])
        rows = shown_lines(found.page.rows, names, work.known.language, work.known.zone)
        return Page(rows, found.page.total, found.page.number, found.page.size)

    return answer_list(
        work,
        "auditor/trail.html",
        Listing.read(work.incoming, LINES),
        fetch,
        name=name,
        figure_title=title,
        about=about,
        trail=crumbs,
        total=lambda: amounts[-1],
        opens_events=any(work.actor.has(role, scope=ScopeKind.PLATFORM) for role in (Role.AUDITOR, Role.ADMINISTRATOR)),
    )


def _figure(name: str, known: Sequence[TrailFigure]) -> TrailFigure:
    if name not in {figure.value for figure in known}:
        raise NotFoundError("figure")
    return TrailFigure(name)
