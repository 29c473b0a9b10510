"""The board of checks of a call: where each application stands, what can be proposed and confirmed together."""

from functools import partial
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.queries import names_of
from app.applications.queries.check_board import (
    STANDINGS,
    WITH,
    WITHOUT,
    Board,
    BoardFilter,
    BoardRow,
    check_board,
    waiting_proposals,
)
from app.applications.queries.office_calls import office_call
from app.applications.rules.check_decisions import four_eyes_violations
from app.applications.rules.check_lifecycle import STEPS, CheckState, CheckStep
from app.applications.schemas import ConfirmChecks
from app.applications.use_cases.confirm_checks import confirm_checks
from app.applications.use_cases.propose_clean_checks import propose_clean_checks
from app.calls.policies import may_manage_call
from app.calls.rules.lifecycle import CallState
from app.core.errors import RulesViolatedError
from app.core.paging import Page, PageRequest
from app.core.violations import Violation
from app.delivery.guards import follows_call, manages_call
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.web.application_view.checks import OUTCOMES, STANDING_TAGS, STATE_TAGS, STEP_WORDS, short_next_words
from app.web.deadlines import shown_deadline
from app.web.forms import FormView, attempt, form_page, typed_in
from app.web.lists import Column, Filter, Listing, ListSpec, answer_list
from app.web.pages import redirect
from app.web.requests import Request_

router = APIRouter(prefix="/officer/calls/{call_id:uuid}/checks")


@router.get("")
def board(incoming: Request_, call_id: UUID) -> Response:
    """Every application with the state of its three checks. The call's office."""

    def answer(work: Work) -> Response:
        call = office_call(work.session, call_id, now=work.now)
        listing = Listing.read(incoming, _spec())
        found: list[Board] = []

        def fetch(wanted: PageRequest) -> Page[BoardRow]:
            narrowed = BoardFilter(listing.q, listing.value("state"), listing.value("step"), listing.value("findings"))
            answered = check_board(
                work.session, call_id, narrowed, wanted, now=work.now, sort=listing.sort, descending=listing.descending
            )
            found.append(answered)
            return answered.page

        return answer_list(
            work,
            "officer/call_checks.html",
            listing,
            fetch,
            name=f"{call.identifier.lower()}-checks",
            call=call,
            board=lambda: found[0],
            manages=may_manage_call(work.actor, call.programme_id, call.id),
            closed=call.state is CallState.CLOSED,
            steps=STEPS,
            step_words=STEP_WORDS,
            state_tags=STATE_TAGS,
            standing_tags=STANDING_TAGS,
            due=lambda at: shown_deadline(work, at),
            next_words=lambda coming: short_next_words(coming, work.known.language),
        )

    return run(incoming, READ, follows_call(call_id), answer)


@router.post("/propose")
def propose(incoming: Request_, call_id: UUID) -> Response:
    """Propose to pass every next step about which nothing was found. Who manages the call."""

    def write(work: Work) -> Response:
        done = propose_clean_checks(work.session, work.actor, call_id, now=work.now)
        return redirect(f"/officer/calls/{call_id}/checks", notice="proposed" if done.proposed else "nothing-proposed")

    return run(incoming, WRITE, manages_call(call_id), write)


@router.get("/confirm")
def ask_confirmation(incoming: Request_, call_id: UUID) -> Response:
    """The proposals that wait for a second person, own ones marked. Who manages the call."""
    return run(incoming, READ, manages_call(call_id), lambda work: _confirm_page(work, call_id))


@router.post("/confirm")
def confirm(incoming: Request_, call_id: UUID) -> Response:
    """Confirm the chosen proposals: all of them, or none."""

    def write(work: Work) -> Response:
        chosen = [_chosen(words) for words in typed_in(incoming.form).get("chosen", [])]
        if not chosen:
            raise RulesViolatedError([Violation("checks.none_chosen", "Choose at least one proposal.", "chosen")])
        wanted = ConfirmChecks.model_validate({"chosen": chosen[:500]})
        confirm_checks(work.session, work.actor, call_id, wanted, now=work.now)
        return redirect(f"/officer/calls/{call_id}/checks", notice="done")

    guard = manages_call(call_id)
    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, write),
        lambda work, form: _confirm_page(work, call_id, form),
    )


def _chosen(words: str) -> dict[str, str]:
    """``<application>.<step>.<version>`` of a checkbox; raise RulesViolated for anything else."""
    application_id, step, version = (*words.split("."), "", "", "")[:3]
    try:
        UUID(application_id)
    except ValueError:
        application_id = ""
    if not application_id or step not in {each.value for each in STEPS} or not version.isdecimal():
        raise RulesViolatedError([Violation("checks.unknown_choice", "This is no proposal of the list.", "chosen")])
    return {"application_id": application_id, "step": step, "version": version[:9]}


def _confirm_page(work: Work, call_id: UUID, form: FormView | None = None) -> Response:
    """Proposals of others first; ``?all=1`` chooses all of them."""
    call = office_call(work.session, call_id, now=work.now)
    waiting = [
        (one, not four_eyes_violations(one.check.proposed_by, work.actor.persons))
        for one in waiting_proposals(work.session, call_id)
    ]
    waiting.sort(key=lambda each: not each[1])
    everything = [f"{one.application_id}.{one.check.step.value}.{one.check.version}" for one, may in waiting if may]
    form = form or FormView.of({"chosen": everything if work.incoming.query.get("all") else []})
    return form_page(
        work,
        "officer/call_checks_confirm.html",
        form,
        call=call,
        waiting=waiting,
        choosable=len(everything),
        names=names_of(work.session, [one.check.proposed_by for one, _ in waiting]),
        step_words=STEP_WORDS,
        outcomes=OUTCOMES,
    )


def _state(step: CheckStep, row: BoardRow) -> CheckState:
    return row.states[step]


def _spec() -> ListSpec[BoardRow]:
    steps = [Column(step.value, STEP_WORDS[step], partial(_state, step)) for step in STEPS]
    return ListSpec(
        columns=(
            Column("acronym", "Application", lambda row: row.acronym, sortable=True),
            Column("reference", "Reference", lambda row: row.reference, only_export=True, sortable=True),
            Column("title", "Title", lambda row: row.title, only_export=True),
            Column("coordinator", "Coordinator", lambda row: row.coordinator, only_export=True),
            Column("countries", "Countries", lambda row: " ".join(row.countries), only_export=True),
            Column("requested", "Requested", lambda row: row.requested, align="right", sortable=True),
            *steps,
            Column("findings", "Findings", lambda row: row.findings, align="right"),
            Column("due", "Question due", lambda row: row.due_at, only_export=True),
            Column("state", "State", lambda row: STANDING_TAGS[row.standing][0]),
        ),
        filters=(
            Filter("state", "State", [(each, STANDING_TAGS[each][0]) for each in STANDINGS]),
            Filter("step", "Next step", [(each.value, STEP_WORDS[each]) for each in STEPS]),
            Filter("findings", "Findings", [(WITH, "with findings"), (WITHOUT, "without findings")]),
        ),
        sort="reference",
    )
