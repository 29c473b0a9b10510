"""Every event in words, for timelines and the event log."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from app.accounts.queries import names_of
from app.audit.rules.chain import FOR
from app.core.money import Money
from app.infra.templates import day_text, instant_text, locale_of, money_text, translator

if TYPE_CHECKING:
    from app.audit.queries import EventRow
    from app.delivery.unit_of_work import Work

WORDS: Mapping[str, str] = {
    "person.registered": "Asked for an account",
    "person.registered_again": "Asked for an account for an address that has one",
    "person.email_confirmed": "Confirmed the e-mail address",
    "person.signed_in": "Signed in",
    "person.signed_out": "Signed out",
    "person.sign_in_paused": "Sign-in was paused after wrong passwords",
    "person.updated": "Changed the own details: {fields}",
    "person.deactivated": "Account closed",
    "person.reactivated": "Account opened again",
    "person.erased": "Personal data erased; name kept under signed acts: {name_kept}",
    "person.name_released": "Name under signed acts erased",
    "erasure.asked": "Asked to be erased",
    "erasure.withdrawn": "Took the request to be erased back",
    "erasure.refused": "Request to be erased refused",
    "erasure.done": "Request to be erased granted",
    "retention.applied": "Records let go whose time was over: {of}, {records}",
    "delegation.made": "Tasks handed to a colleague, from {first} to {last}",
    "delegation.taken_up": "Began to act for a colleague",
    "delegation.ended": "Delegation ended before its time",
    "password.reset_requested": "Asked for a link to set a new password",
    "password.changed": "Set a new password",
    "second_factor.enrolled": "Set up a second step",
    "second_factor.removed": "Removed the second step",
    "recovery_code.made": "Made new recovery codes",
    "recovery_code.used": "Used a recovery code instead of the device",
    "second_step.confirmed": "Confirmed the second step with: {how}",
    "second_step.failed": "Typed a wrong code of the second step",
    "second_step.paused": "Codes of the second step were paused after wrong ones",
    "role.assigned": "Role given: {role}, for: {scope}",
    "role.revoked": "Role taken away: {role}, for: {scope}",
    "api_token.created": "Made an API token for: {scopes}",
    "api_token.revoked": "Ended an API token",
    "invitation.made": "Invitation sent to the role {role}, for: {scope}",
    "invitation.accepted": "Invitation accepted",
    "invitation.withdrawn": "Invitation withdrawn",
    "organisation.registered": "Organisation registered: {organisation_type}, {country}",
    "organisation.updated": "Organisation changed: {fields}",
    "organisation.platform_registration_recorded": "Platform registration recorded: {before}, now {after}",
    "programme.created": "Programme {code} created",
    "call.draft_saved": "Draft of the call saved: version {version}",
    "call.published": "Call published, version {version}",
    "call.corrected": "Corrigendum published, version {version}",
    "call.withdrawn": "Call withdrawn",
    "call.closed": "Call closed: what was received in time is final",
    "ledger.appropriated": "Money set aside for {code}: {before}, now {after}",
    "ledger.committed": "Committed for {reference}: {amount}, which leaves {left}",
    "ledger.released": "Released from {reference}: {amount}, which leaves {left}",
    "award.prepared": "Decision prepared, outcome: {outcome}, amount: {amount}",
    "award.signed": "Decision signed, outcome: {outcome}, amount: {amount}",
    "award.dropped": "Preparation of the decision taken back",
    "letter.previewed": "Letter looked at: it may leave",
    "bank_account.proposed": "Bank account given; another person must validate it",
    "bank_account.decided": "Bank account decided on: {decision}",
    "payment.initiated": "Payment {reference} initiated: {amount}",
    "payment.verified": "Payment {reference} verified",
    "payment.authorised": "Payment {reference} authorised: {amount}",
    "payment.returned": "Payment {reference} sent back to who initiated it",
    "payment.cancelled": "Payment {reference} cancelled",
    "payment.released": "Payment {reference} put into the bank's file {file}",
    "payment.paid": "Payment {reference} booked by the bank on {paid_on}: {amount}",
    "payment.missing": "Payment {reference} reported as never paid by the bank: {amount}",
    "payment.found": "Payment {reference} is at the bank: the report that it was never paid is taken back",
    "payment.status_told": "The bank says of payment {reference}: {status} {code}",
    "payment.surfaced": "Payment {reference}, given up as never paid, was booked by the bank on {booked_on}: {amount}",
    "payment.failed": "Payment {reference} failed: {amount} is free again",
    "payment.suspended": "Time limit of payment {reference} suspended since {since}",
    "payment.resumed": "Time limit of payment {reference} runs again, {days} days later",
    "payment_file.made": "File {reference} for the bank made: {payments} payments, {control_sum}",
    "statement.recorded": "Statement of the bank recorded: {new} new lines, {paid} payments booked",
    "bank_report.recorded": "Status report of the bank recorded: {noted} noted, {rejected} rejected, {not_counted} not counted, {unknown} unknown",
    "statement_line.set_aside": "Line of {booked_on} over {amount} explained: {kind}, {state}",
    "statement_line.confirmed": "Confirmed: the line of {booked_on} over {amount} is set aside",
    "statement_line.taken_up": "Line of {booked_on} over {amount} taken up again",
    "letter.sent": "Informed of the decision; it can be contested until {redress_until}",
    "reporting.opened": "Reporting periods opened: {periods}, the first report is due {first_due_on}",
    "reporting.texts_saved": "Texts of report {period} saved",
    "reporting.indicators_saved": "Indicators of report {period} saved",
    "reporting.statement_saved": "Financial statement for report {period} saved: {lines} lines, {claimed}",
    "reporting.statement_signed": "Financial statement for report {period} signed: {claimed}",
    "reporting.certificate_attached": "Certificate on a financial statement for report {period} uploaded",
    "reporting.certificate_removed": "Certificate on a financial statement for report {period} removed",
    "reporting.submitted": "Report {period} submitted: {claimed} claimed, contribution {contribution}",
    "reporting.returned": "Report {period} given back; the correction is due by {correct_by}, statements opened again: {statements}",
    "reporting.statement_reopened": "Statement of {name} for report {period} opened again: what was signed ({sha256}) no longer counts",
    "reporting.costs_assessed": "Costs of report {period} judged: {lines} lines, {accepted} of costs accepted without flat rates, {open} open",
    "reporting.decided": "Report {period} decided: {how}, {accepted} of costs accepted with flat rates, {due} due",
    "reporting.payment_requested": "Payment after report {period} asked for: {amount}, due {due_on}",
    "reporting.interest_asked_for": "Interest for a late payment asked for: {amount}",
    "reporting.interest_initiated": "Interest for a late payment of {days} days initiated, beside the grant: {amount}",
    "reporting.recovery_announced": "Recovery after report {period} announced: {amount}; the coordinator is heard until {answer_by}",
    "reporting.recovery_answered": "Coordinator heard on the recovery after report {period}: {answer}",
    "reporting.recovery_decided": "Recovery after report {period} {how} after the hearing: {amount} is asked back",
    "reporting.recovered": "Paid back after report {period}: {amount}",
    "reporting.recovery_waived": "Not asked back after report {period}: {amount}",
    "reporting.grant_closed": "Grant closed: final grant {final_grant}, {released} released",
    "grant.opened": "Preparation of the grant agreement opened, first data due {data_due_on}",
    "grant.data_confirmed": "Legal data of a partner confirmed",
    "grant.declared": "A partner signed its declaration of honour for the grant",
    "grant.signatory_named": "Signatory of a partner named",
    "grant.dates_proposed": "Dates proposed: from {start_on} to {end_on}, {duration_months} months",
    "grant.preparation_sent": "Preparation sent to the managing body",
    "grant.returned": "Given back to the consortium for changes",
    "grant.opened_for_signature": "Agreement opened for signature, version {version}, SHA-256 {sha256}",
    "grant.signed": "Agreement signed: signature {order}, recognised by {authentication}",
    "grant.entered_into_force": "Agreement in force, maximum grant {amount}, until {end_on}",
    "grant.abandoned": "Preparation ended without an agreement; {amount} is free again",
    "amendment.started": "Amendment {amendment} begun, of version {version} of the agreement",
    "amendment.proposed": "Amendment {amendment} proposed by the managing body: {moved} moves, maximum grant {maximum}, until {end_on}",
    "amendment.declined": "Amendment {amendment} refused by the coordinator",
    "amendment.saved": "Amendment {amendment} saved: {kinds}",
    "amendment.requested": "Amendment {amendment} asked for: {moved} moves, maximum grant {maximum}, until {end_on}",
    "amendment.withdrawn": "Amendment {amendment} taken back",
    "amendment.decided": "Amendment {amendment}: {decision}",
    "amendment.signed": "Amendment {amendment} signed: signature {order}, recognised by {authentication}",
    "amendment.entered_into_force": "Amendment {amendment} in force: version {version} of the agreement, until {end_on}",
    "reporting.periods_moved": "Reporting periods moved with the end of the project, now {end_on}",
    "grant.prefinancing_requested": "Pre-financing asked for: {amount}, due {due_on}",
    "support.recorded": "Payment {number} to a third party recorded: {what} of {amount}, paid on {paid_on}",
    "support.reversed": "Payment {number} to a third party reversed; {amount} no longer counts",
    "support.evidence_attached": "Document uploaded for payment {number} to a third party",
    "application.started": "Application {reference} started",
    "application.section_saved": "Section saved: {section}",
    "application.budget_saved": "Budget of a partner saved",
    "application.file_attached": "Document uploaded for: {field}",
    "application.file_removed": "Document taken away from: {field}",
    "application.submitted": "Application submitted, version {number}, received {received_at}, requesting {requested}",
    "application.withdrawn": "Application withdrawn",
    "application.not_submitted": "The call closed while the application was a draft",
    "application.award_decided": "The award decision that covers the application was signed",
    "check.proposed": "Check of {step} proposed: {outcome}",
    "check.decided": "Check of {step}: {state}",
    "check.reopened": "Check of {step} reopened, it had {before}",
    "check.recorded": "Result for a partner recorded, {title}: {outcome}",
    "honour.declared": "A partner declared on its honour",
    "clarification.asked": "The managing body asked question {number}, {about}, due {due_at}",
    "clarification.answered": "Question {number} answered",
    "clarification.settled": "Answer to question {number}: {state}",
    "clarification.withdrawn": "Question {number} taken back",
    "clarification.lapsed": "Question {number} was not answered in time",
    "partner.invited": "Organisation invited as {role}",
    "partner.answered": "Invitation to the partnership: {answer}",
    "partner.ended": "Part in the partnership ended: {how}",
    "evaluation.started": "Evaluation started: {applications} applications, reports due {reports_due_at}",
    "expert.registered": "Registered as an expert",
    "expert.left": "Left the call as an expert",
    "expert.reminded": "Expert reminded of late reports: {reports}",
    "assignment.made": "Application given to an expert, report due {due_at}",
    "assignment.answered": "Answer of the expert: {answer}",
    "assignment.decided": "Decision about the assignment: {decision}",
    "evaluation.moved": "Evaluation moved on: {state}",
    "committee.seated": "Seat in the committee {how}: {seat}",
    "panel.decided": "Decided by the panel: {what}",
    "capacity.recorded": "Check recorded: {check} capacity {outcome}",
    "ranking.proposed": "Ranking {number} proposed, SHA-256 {sha256}",
    "ranking.voted": "Vote on ranking {number}",
    "ranking.adopted": "Ranking {number} adopted: {approvals} of {members} members approved",
    "document.requested": "Document asked for: {document}",
    "document.sealed": "Document sealed: {document}",
    "document.failed": "Document could not be made: {document}",
    "report.saved": "Draft of a report saved, version {version}",
    "report.submitted": "Report submitted, version {version}",
    "report.decided": "Report {how} by the office",
    "judgement.moved": "Evaluation of the application: {state}",
    "consensus.saved": "Consensus report saved, version {version}",
    "consensus.proposed": "Consensus report proposed, version {version}",
    "consensus.view_given": "Agreed or dissented on version {version} of the consensus report",
    "consensus.message_written": "Wrote in the discussion of an application",
}
"""Kind of event to a sentence; names in braces are facts of the event. Every DomainEvent has one (tested)."""

_ALSO = {"version": "versions"}
"""A fact that some events of a kind carry under the name of the plural."""
_BY_NOBODY_KNOWN = ("person.registered", "person.sign_in_paused", "password.reset_requested")
_HASH = re.compile(r"[0-9a-f]{64}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


@dataclass(frozen=True, slots=True)
class ShownEvent:
    """What the timeline macro reads; ``instant`` is ISO, ``when`` the same in words."""

    instant: str
    when: str
    who: str
    text: str
    href: str


def event_words(row: EventRow, language: str = "en", zone: str = "UTC") -> str:
    """The event as a sentence; a kind without words gives its name."""
    words = translator(language)(WORDS.get(row.kind, row.kind.replace("_", " ").replace(".", ": ")))
    facts = {
        name: fact_words(row.facts.get(name, row.facts.get(_ALSO.get(name, ""))), language, zone)
        for name in _places(words)
    }
    return words.format_map(facts)


def fact_words(value: object, language: str = "en", zone: str = "UTC") -> str:  # noqa: PLR0911  # one return per kind
    """One fact as a person reads it: amounts and instants by locale, hashes shortened, names without underscores."""
    locale = locale_of(language)
    match value:
        case None | "":
            return translator(language)("none")
        case bool():
            return translator(language)("yes" if value else "no")
        case {"amount": str(amount), "currency": str(currency)}:
            return money_text(Money.parse(amount, currency), locale)
        case dict():
            say = translator(language)
            pairs = (
                f"{say(name.replace('_', ' '))} {fact_words(item, language, zone)}" for name, item in value.items()
            )
            return ", ".join(pairs) or say("none")
        case list():
            return ", ".join(fact_words(item, language, zone) for item in value) or translator(language)("none")
        case str() if _HASH.fullmatch(value):
            return f"{value[:12]}…"
        case str() if _INSTANT.fullmatch(value):
            return f"{instant_text(datetime.fromisoformat(value), locale, zone=zone, seconds=True)} ({zone})"
        case str() if (day := _day_of(value)) is not None:
            return day_text(day, locale)
        case _:
            return translator(language)(str(value).replace("_", " "))


def _day_of(value: str) -> date | None:
    """The day that a fact names; None for any other text, also for one that only looks like a day."""
    try:
        return date.fromisoformat(value) if _DAY.fullmatch(value) else None
    except ValueError:
        return None


def who_words(row: EventRow, names: Mapping[UUID, str], language: str = "en") -> str:
    """Who did it: a person by name, somebody who was not signed in, or the system."""
    say = translator(language)
    if row.actor_id is not None:
        who = names.get(row.actor_id) or say("a person whose data was erased")
        other = acted_for(row)
        if other is None:
            return who
        return say("%(who)s for %(other)s") % {"who": who, "other": names.get(other) or say("a colleague")}
    return say("somebody who was not signed in") if row.kind.startswith(_BY_NOBODY_KNOWN) else "Grappe"


def acted_for(row: EventRow) -> UUID | None:
    """The colleague for whom it was done; None for whoever acted in the own name."""
    other = row.facts.get(FOR)
    return UUID(other) if isinstance(other, str) and row.actor_id is not None else None


def shown_events(work: Work, rows: Sequence[EventRow]) -> list[ShownEvent]:
    """Events for the timeline macro, newest first, in the reader's language and zone. One query for the names."""
    names = names_of(work.session, [person for row in rows for person in (row.actor_id, acted_for(row))])
    language, zone = work.known.language, work.known.zone
    newest = sorted(rows, key=lambda row: row.seq, reverse=True)
    return [
        ShownEvent(
            instant=row.occurred_at.isoformat(),
            when=instant_text(row.occurred_at, locale_of(language), zone=zone),
            who=who_words(row, names, language),
            text=event_words(row, language, zone),
            href="",
        )
        for row in newest
    ]


def _places(words: str) -> list[str]:
    return re.findall(r"{(\w+)}", words)
