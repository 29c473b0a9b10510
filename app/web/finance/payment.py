"""One payment: its amount step by step, its circuit, its account, its time limit, and the acts of this person."""

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.queries import counted_on, names_under_acts
from app.audit.queries import EventFilter, events_page
from app.core.actor import Actor
from app.core.paging import PageRequest
from app.delivery.guards import Guard, stepped_up
from app.delivery.payment_guards import acts_on_payment, sees_payment
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.grants.use_cases.resubmit_grant_payment import resubmit_grant_payment
from app.infra.templates import day_text, locale_of, translator
from app.payments import policies
from app.payments.events import PaymentVerified
from app.payments.queries import payment_row
from app.payments.queries.claims import strays_of
from app.payments.queries.reports import statuses
from app.payments.queries.statements import lines_of_payment, open_returns, sent_named
from app.payments.rules.accounts import grouped, masked
from app.payments.rules.circuit import NEXT, Act, act_findings, confirming_findings
from app.payments.rules.lifecycle import PAYMENT, WAITING, PaymentEvent, PaymentState
from app.payments.rules.statements import Stated, match_findings
from app.payments.rules.time_limits import suspended_for
from app.payments.schemas import FailPayment, GiveReason, PaymentRow
from app.payments.use_cases.authorise_payment import authorise_payment
from app.payments.use_cases.cancel_payment import cancel_payment
from app.payments.use_cases.fail_payment import fail_payment
from app.payments.use_cases.report_missing import confirm_missing, find_payment, report_missing
from app.payments.use_cases.return_payment import return_payment
from app.payments.use_cases.suspend_payment import resume_payment, suspend_payment
from app.payments.use_cases.verify_payment import verify_payment
from app.reporting.queries.interest import interest_of
from app.web.event_words import shown_events
from app.web.findings import shown
from app.web.forms import FormView, attempt, command_from, form_page
from app.web.pages import redirect
from app.web.payment_steps import circuit_steps
from app.web.payment_words import KINDS, status_words, time_left, today_of, told_of_payment, whose_turn
from app.web.requests import Request_

router = APIRouter(prefix="/payments/{payment_id:uuid}")
MOST_EVENTS = 200


@router.get("")
def show(incoming: Request_, payment_id: UUID) -> Response:
    """The payment with its history. Who follows the money of its call."""
    return run(incoming, READ, sees_payment(payment_id), lambda work: _page(work, payment_id, FormView()))


@router.post("/verify")
def verify(incoming: Request_, payment_id: UUID) -> Response:
    """The second step. A finance officer who did not initiate it."""
    return _do(
        incoming,
        payment_id,
        "payment-verified",
        acts_on_payment(payment_id, Act.VERIFY),
        lambda work: verify_payment(work.session, work.actor, payment_id, now=work.now),
    )


@router.post("/authorise")
def authorise(incoming: Request_, payment_id: UUID) -> Response:
    """The third step, with a fresh second step. An authorising officer who took neither of the two before."""
    return _do(
        incoming,
        payment_id,
        "payment-authorised",
        stepped_up(acts_on_payment(payment_id, Act.AUTHORISE)),
        lambda work: authorise_payment(work.session, work.actor, payment_id, now=work.now),
    )


@router.post("/return")
def send_back(incoming: Request_, payment_id: UUID) -> Response:
    """Send it back to who initiated it. Whose turn it is."""
    return _do(
        incoming,
        payment_id,
        "payment-sent-back",
        acts_on_payment(payment_id, Act.RETURN),
        lambda work: return_payment(work.session, work.actor, payment_id, _reason(work), now=work.now),
    )


@router.post("/resubmit")
def resubmit(incoming: Request_, payment_id: UUID) -> Response:
    """Send it on again after it came back. Who may initiate."""
    return _do(
        incoming,
        payment_id,
        "payment-sent-again",
        acts_on_payment(payment_id, Act.INITIATE),
        lambda work: resubmit_grant_payment(work.session, work.actor, payment_id, now=work.now),
    )


@router.post("/cancel")
def cancel(incoming: Request_, payment_id: UUID) -> Response:
    """Give it up. Who may initiate."""
    return _do(
        incoming,
        payment_id,
        "payment-given-up",
        acts_on_payment(payment_id, Act.CANCEL),
        lambda work: cancel_payment(work.session, work.actor, payment_id, _reason(work), now=work.now),
    )


@router.post("/suspend")
def suspend(incoming: Request_, payment_id: UUID) -> Response:
    """Stop its time limit. A programme or finance officer."""
    return _do(
        incoming,
        payment_id,
        "payment-suspended",
        acts_on_payment(payment_id, Act.SUSPEND),
        lambda work: suspend_payment(work.session, work.actor, payment_id, _reason(work), now=work.now),
    )


@router.post("/resume")
def resume(incoming: Request_, payment_id: UUID) -> Response:
    """Let its time limit run again. A programme or finance officer."""
    return _do(
        incoming,
        payment_id,
        "payment-resumed",
        acts_on_payment(payment_id, Act.SUSPEND),
        lambda work: resume_payment(work.session, work.actor, payment_id, now=work.now),
    )


@router.post("/missing")
def missing(incoming: Request_, payment_id: UUID) -> Response:
    """Report that the bank never paid it. An accounting officer."""
    return _do(
        incoming,
        payment_id,
        "payment-missing",
        acts_on_payment(payment_id, Act.RECORD),
        lambda work: report_missing(work.session, work.actor, payment_id, _reason(work), now=work.now),
    )


@router.post("/confirm-missing")
def confirm(incoming: Request_, payment_id: UUID) -> Response:
    """Confirm that, with a fresh second step. An authorising officer, or an accounting officer who did not report it."""
    return _do(
        incoming,
        payment_id,
        "payment-never-paid",
        stepped_up(acts_on_payment(payment_id, Act.CONFIRM)),
        lambda work: confirm_missing(work.session, work.actor, payment_id, now=work.now),
    )


@router.post("/found")
def found(incoming: Request_, payment_id: UUID) -> Response:
    """Take the report back: it is at the bank. The same people, and who reported it."""
    return _do(
        incoming,
        payment_id,
        "payment-found",
        acts_on_payment(payment_id, Act.CONFIRM),
        lambda work: find_payment(work.session, work.actor, payment_id, now=work.now),
    )


@router.post("/fail")
def fail(incoming: Request_, payment_id: UUID) -> Response:
    """Say that the bank sent back what it had booked. An accounting officer."""
    return _do(
        incoming,
        payment_id,
        "payment-came-back",
        acts_on_payment(payment_id, Act.RECORD),
        lambda work: fail_payment(
            work.session, work.actor, payment_id, command_from(incoming.form, FailPayment), now=work.now
        ),
    )


def _do(incoming: Request_, payment_id: UUID, notice: str, guard: Guard, use: Callable[[Work], None]) -> Response:
    """``notice``: what the page then says of the act."""

    def write(work: Work) -> Response:
        use(work)
        return redirect(f"/payments/{payment_id}", notice=notice)

    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, write),
        lambda work, form: _page(work, payment_id, form),
    )


def _reason(work: Work) -> GiveReason:
    return command_from(work.incoming.form, GiveReason)


def _page(work: Work, payment_id: UUID, form: FormView) -> Response:
    row = payment_row(work.session, payment_id)
    say, language = translator(work.known.language), work.known.language
    found = events_page(work.session, EventFilter(subject_id=payment_id), PageRequest(size=MOST_EVENTS))
    people = (row.initiated_by, row.verified_by, row.authorised_by, row.released_by, row.missing_by)
    names = names_under_acts(work.session, people)
    today = today_of(work.now)
    persons = counted_on(work.session, work.actor, PaymentVerified, payment_id)
    against = act_findings(row.circuit, persons, suspended_on=row.suspended_on)
    in_full = policies.sees_accounts(work.actor)
    stray = _stray(work, row)
    acts = acts_open(work.actor, row) | ({"fail"} if stray and _records(work.actor, row) else set())
    return form_page(
        work,
        "finance/payment.html",
        form,
        happened=told_of_payment(row, today, language),
        payment=row,
        trail=[(say("Payments"), "/payments"), (row.reference, "")],
        kind=say(KINDS[row.kind]),
        turn=whose_turn(row, language),
        time=time_left(row, today, language),
        still_for=row.suspended_days + (suspended_for(row.suspended_on, today) if row.suspended_on else 0),
        steps=circuit_steps(row, names, language),
        iban=grouped(row.iban) if in_full else masked(row.iban),
        in_full=in_full,
        acts=acts,
        against=[shown(one, language=language).text for one in against],
        against_missing=[
            shown(one, language=language).text for one in confirming_findings(row.missing_by, work.actor.persons)
        ],
        names=names,
        sees_files=any(work.actor.has(role) for role in policies.STATEMENT_READERS),
        stray=stray,
        interest=interest_of(work.session, row, today),
        bank_said=[(one, *status_words(one, language)) for one in statuses(work.session, payment_id=payment_id)],
        lines=lines_of_payment(work.session, payment_id),
        lines_back=_returns(work, row) if "fail" in acts else [],
        events=shown_events(work, found.rows),
    )


def _returns(work: Work, row: PaymentRow) -> list[tuple[str, str]]:
    """Open lines with which exactly its amount came, as options."""
    locale = locale_of(work.known.language)
    found = open_returns(work.session, work.actor, row.amount)
    return [
        (
            str(line.id),
            " ".join(part for part in (day_text(line.booked_on, locale), line.counterparty, line.text) if part),
        )
        for line in found
    ]


def _records(actor: Actor, row: PaymentRow) -> bool:
    return policies.may(actor, Act.RECORD, row.call_id, row.programme_id)


def _stray(work: Work, row: PaymentRow) -> str:
    """What must be done where the bank booked what was given up as never paid, and its line is open; else empty."""
    if row.state is not PaymentState.FAILED or row.reference not in strays_of(work.session, [row.claim_id]).values():
        return ""
    sent = sent_named(work.session, work.actor, [row.reference])[row.reference]
    line = Stated(today_of(work.now), -row.amount, end_to_end_id=row.reference)
    words = [shown(one, language=work.known.language).text for one in match_findings(line, sent)]
    return " ".join(words) or translator(work.known.language)("Match its line on the statement, which pays it.")


def acts_open(actor: Actor, row: PaymentRow) -> frozenset[str]:
    """The acts of the lifecycle that are open in this state and that the person's offices allow, by address."""
    scope = (row.call_id, row.programme_id)
    found = set()
    if row.state in {PaymentState.INITIATED, PaymentState.VERIFIED, PaymentState.AUTHORISED}:
        _, act = NEXT[row.state]
        if policies.may(actor, act, *scope):
            found.add(act.value)
    if policies.may_send_back(actor, row.state, *scope):
        found.add("return")
    for event, act, name in (
        (PaymentEvent.RESUBMIT, Act.INITIATE, "resubmit"),
        (PaymentEvent.CANCEL, Act.CANCEL, "cancel"),
        (PaymentEvent.MISS, Act.RECORD, "missing"),
        (PaymentEvent.FIND, Act.CONFIRM, "confirm-missing"),
    ):
        if PAYMENT.allows(row.state, event) and policies.may(actor, act, *scope):
            found.add(name)
    if row.state is PaymentState.PAID and policies.may(actor, Act.RECORD, *scope):
        found.add("fail")
    if row.state in WAITING and policies.may(actor, Act.SUSPEND, *scope):
        found.add("resume" if row.suspended_on is not None else "suspend")
    return frozenset(found)
