"""A report in words: its state, who acts next, its rows as a spreadsheet, the sheet of what is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.delivery.reporting_guards import in_consortium
from app.grants.policies import prepares_grant, works_for_grant
from app.grants.queries.facts import day_of
from app.grants.queries.grants import grant_scope
from app.grants.queries.interests import is_of_a_party
from app.infra.templates import translator
from app.payments.rules.time_limits import due_on
from app.reporting.policies import records_recoveries, requests_payments, waives_recoveries
from app.reporting.queries.calculating import calculated
from app.reporting.queries.reading import ReportReading, report_reading
from app.reporting.queries.reports import authors_of
from app.reporting.rules.assessment import Verdict
from app.reporting.rules.hearing import HearingState
from app.reporting.rules.lifecycle import WRITABLE, ReportState
from app.reporting.rules.periods import PaymentAfter
from app.reporting.rules.recovery import recovery_due_on
from app.reporting.rules.submission import independent_findings
from app.reporting.use_cases.acting import own_parties
from app.web.findings import shown

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from app.calls.rules.grant_kinds import GrantTerms
    from app.core.violations import Violation
    from app.delivery.unit_of_work import Work
    from app.reporting.rules.sheet import Sheet
    from app.reporting.schemas import ReportRow
    from app.web.findings import ShownFinding

STATES: Mapping[ReportState, tuple[str, str]] = {
    ReportState.DUE: ("not begun", "neutral"),
    ReportState.DRAFT: ("being written", "info"),
    ReportState.SUBMITTED: ("submitted", "info"),
    ReportState.RETURNED: ("given back", "warn"),
    ReportState.ACCEPTED: ("accepted", "ok"),
    ReportState.REJECTED: ("rejected", "bad"),
}
"""State to its words (msgids) and the look of its tag."""
VERDICTS: Mapping[Verdict, tuple[str, str]] = {
    Verdict.ACCEPTED: ("accepted", "ok"),
    Verdict.REDUCED: ("reduced", "warn"),
    Verdict.REJECTED: ("rejected", "bad"),
}
AFTER: Mapping[PaymentAfter, str] = {
    PaymentAfter.NONE: "no payment",
    PaymentAfter.INTERIM: "interim payment",
    PaymentAfter.BALANCE: "final report, balance",
}
COST_HEADS = (
    "Period", "Partner", "Line", "Category", "Description", "First day", "Last day", "Units", "Claimed", "Decision",
    "Accepted", "Reason",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shell:
    """One report and what this reader may do with it now; ``own`` are the partners whose statements are theirs.

    ``involved``: they wrote, signed or submitted a part of it, or belong to a party, so they do not judge it.
    """

    reading: ReportReading
    today: date
    base: str
    office_base: str
    state_words: str
    state_look: str
    writes: bool
    in_consortium: bool
    own: frozenset[UUID]
    assesses: bool
    involved: bool
    pays: bool
    records: bool
    waives: bool

    @property
    def row(self) -> ReportRow:
        """The report."""
        return self.reading.row

    @property
    def open(self) -> bool:
        """Whether the consortium may change it."""
        return self.row.state in WRITABLE


def at_place(frame: Shell, found: Violation, language: str) -> ShownFinding:
    """A finding about the report with the page, and the field there, where it is mended."""
    return replace(shown(found, language=language), href=_address(frame.base, found.place))


def _address(base: str, place: str) -> str:
    part, _, rest = place.partition("/")
    match part:
        case "texts":
            return f"{base}/texts#{rest}"
        case "indicators":
            return f"{base}/indicators#value-{rest}"
        case "statements":
            partner, _, field = rest.partition("/")
            anchor = f"costs-{field}" if field.isdecimal() else field if field in {"", "certificate"} else "figures"
            return f"{base}/statements/{partner}#{anchor}".rstrip("#")
        case _:
            return ""


def report_shell(work: Work, grant_id: UUID, number: int) -> Shell:
    """Everything of a report at the instant of the request."""
    reading = report_reading(work.session, grant_id, number)
    scope = grant_scope(work.session, grant_id)
    words, look = STATES[reading.row.state]
    member = in_consortium(work.actor, scope)
    return Shell(
        reading=reading,
        today=day_of(work.now),
        base=f"/grants/{grant_id}/reports/{number}",
        office_base=f"/officer/grants/{grant_id}/reports/{number}",
        state_words=translator(work.known.language)(words),
        state_look=look,
        writes=works_for_grant(work.actor, scope),
        in_consortium=member,
        own=own_parties(work.session, work.actor, scope) if member else frozenset(),
        assesses=prepares_grant(work.actor, scope),
        involved=bool(independent_findings(work.actor.persons, authors_of(work.session, reading.row.period_id)))
        or is_of_a_party(work.session, work.actor, scope),
        pays=requests_payments(work.actor, scope),
        records=records_recoveries(work.actor, scope),
        waives=waives_recoveries(work.actor, scope),
    )


def next_words(row: ReportRow, today: date) -> str:
    """Who acts next and by when, as a sentence (msgid with ``{day}``, ``{paid}`` and ``{back}``)."""
    if row.state in {ReportState.DUE, ReportState.DRAFT}:
        running = today <= row.ends_on
        return _COLLECTS if running else "The consortium acts next: the report is due by {day}."
    if row.recovery:
        return _of_recovery(row, today)
    if row.state is ReportState.ACCEPTED:
        return _after_acceptance(row)
    return _NEXT[row.state]


def next_day(row: ReportRow, terms: GrantTerms, today: date) -> date:
    """The day that the sentence names: until when is reported, paid, heard, decided or paid back."""
    if row.recovery and row.decided_at is not None:
        hearing = row.hearing
        if hearing is not None and hearing.open:
            return hearing.decide_by if hearing.heard(today) else hearing.answer_by
        noted = hearing.decided_on if hearing is not None and hearing.decided_on is not None else day_of(row.decided_at)
        return recovery_due_on(noted, terms.recovery_days)
    if row.submitted_at is not None and row.state not in WRITABLE:
        return due_on(terms.payment_days, day_of(row.submitted_at))
    return row.owed_on


_COLLECTS = "The consortium collects its costs; it reports after the end of the period, by {day}."
_NEXT: Mapping[ReportState, str] = {
    ReportState.RETURNED: "The consortium acts next: it corrects the report and submits it again by {day}.",
    ReportState.SUBMITTED: "The programme officer acts next: judges the costs and decides; what is due is paid by {day}.",
    ReportState.REJECTED: "The report was rejected: none of its costs count.",
}


def _of_recovery(row: ReportRow, today: date) -> str:
    if row.hearing is not None and row.hearing.open:
        if row.hearing.heard(today):
            return "The programme officer acts next: decides on the recovery after the hearing, by {day}."
        return "The coordinator acts next: a recovery is announced, and it may say what it thinks by {day}."
    if row.recovered_on is None:
        return "The coordinator acts next: it pays back what it received too much, by {day}."
    if row.hearing is not None and row.hearing.state is HearingState.WITHDRAWN:
        return "Decided. The recovery was withdrawn after the hearing: nothing is asked back."
    if row.waived:
        return "Decided. What did not come back by {back} is not asked back."
    return "Decided. What was paid too much came back on {back}."


def _after_acceptance(row: ReportRow) -> str:
    if row.due and not row.asked_for:
        return "The programme officer acts next: asks for the payment, which is due by {day}."
    if row.paid_on is not None:
        return "Decided. What was due was paid on {paid}."
    return "Decided. What is due is with the payment offices." if row.due else "Decided. Nothing is due."


def sheet_of(work: Work, reading: ReportReading) -> Sheet:
    """What was computed at the decision; before it, what would follow from the decisions so far."""
    if reading.calculation is not None:
        return reading.calculation.sheet
    return calculated(work.session, reading).sheet


def cost_cells(reading: ReportReading, language: str) -> Sequence[Sequence[object]]:
    """The claimed costs as rows of a spreadsheet: the same lines and amounts as on the page."""
    names = {partner.partner_id: partner.name for partner in reading.partners}
    titles = {one.id: f"{one.code} {one.titles.in_language(language)}" for one in reading.summary.categories}
    order = {partner_id: position for position, partner_id in enumerate(names)}
    costs = sorted(reading.costs, key=lambda one: (order.get(one.partner_id, len(order)), one.number))
    return [
        [
            one.period,
            names.get(one.partner_id, ""),
            one.number,
            titles.get(one.category, one.category),
            one.words,
            one.first_day,
            one.last_day,
            one.units,
            one.amount,
            one.verdict.value if one.verdict is not None else "",
            one.accepted,
            one.reason,
        ]
        for one in costs
    ]


def export_name(reading: ReportReading) -> str:
    """The name of a file of costs, from the reference."""
    text = f"{reading.agreement.reference} report {reading.row.number} costs"
    return "".join(sign if sign.isalnum() else "-" for sign in text)
