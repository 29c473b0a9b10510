"""Who hears of an event, and by which letter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.notifications.rules.facts import Addressee, Happening


@dataclass(frozen=True, slots=True)
class Letter:
    """A kind of e-mail: its template, the parts of the circle that get it, the place that it links to.

    ``link`` is a place, or the path of a page that belongs to no place, with ``{call}``, ``{call_id}``,
    ``{application}``, ``{partner}``, ``{amendment}`` (its number), ``{grant}``, ``{subject}`` (of the event),
    ``{number}`` (of the report) or ``{token}`` to fill. ``urgency`` lets links that somebody waits for overtake
    messages to many. ``secret``: its link opens something, so the text is not kept once
    it is sent.
    """

    template: str
    audience: tuple[str, ...]
    link: str
    urgency: int = 0
    secret: bool = False


_CONSORTIUM = ("coordinators", "partners")
_WAITED_FOR = 50
_PERSONAL = 20
_AMENDMENT = "/grants/{subject}/amendments/{amendment}"
_OFFICE_AMENDMENT = f"/officer{_AMENDMENT}"

LETTERS: Mapping[str, Letter] = MappingProxyType(
    {
        "person.registered": Letter("confirm_email", ("person",), "email/{token}", _WAITED_FOR, secret=True),
        "person.registered_again": Letter("registered_again", ("person",), "/sign-in", _WAITED_FOR),
        "person.sign_in_paused": Letter("sign_in_paused", ("person",), "/sign-in", _WAITED_FOR),
        "password.reset_requested": Letter("reset_password", ("person",), "password/{token}", _WAITED_FOR, secret=True),
        "password.changed": Letter("password_changed", ("person",), "/sign-in", _WAITED_FOR),
        "second_factor.enrolled": Letter("second_factor_enrolled", ("person",), "/account/second-step", _WAITED_FOR),
        "second_factor.removed": Letter("second_factor_removed", ("person",), "/account/second-step", _WAITED_FOR),
        "recovery_code.made": Letter("recovery_codes_made", ("person",), "/account/second-step", _WAITED_FOR),
        "recovery_code.used": Letter("recovery_code_used", ("person",), "/account/second-step", _WAITED_FOR),
        "second_step.paused": Letter("second_step_paused", ("person",), "/password", _WAITED_FOR),
        "delegation.made": Letter("delegation_made", ("person",), "/account/delegation", _PERSONAL),
        "delegation.ended": Letter("delegation_ended", ("person",), "/account/delegation", _PERSONAL),
        "erasure.refused": Letter("erasure_refused", ("person",), "/account/erasure", _PERSONAL),
        "invitation.made": Letter("invitation", ("invited",), "invitation/{token}", _WAITED_FOR, secret=True),
        "partner.invited": Letter(
            "partner_invited", ("invited",), "/applications/{application}/partners/{partner}/answer", _PERSONAL
        ),
        "partner.answered": Letter(
            "partner_answered", ("coordinators",), "application/{application}/partnership", _PERSONAL
        ),
        "partner.ended": Letter("partner_left", ("coordinators",), "application/{application}/partnership", _PERSONAL),
        "application.submitted": Letter("submitted", _CONSORTIUM, "application/{application}", _PERSONAL),
        "application.withdrawn": Letter("withdrawn", _CONSORTIUM, "application/{application}", _PERSONAL),
        "application.not_submitted": Letter("not_submitted", _CONSORTIUM, "application/{application}"),
        "clarification.asked": Letter(
            "clarification_asked", _CONSORTIUM, "application/{application}/clarifications", _PERSONAL
        ),
        "clarification.answered": Letter(
            "clarification_answered", ("officers",), "/officer/applications/{application}/checks", _PERSONAL
        ),
        "clarification.settled": Letter(
            "clarification_settled", _CONSORTIUM, "application/{application}/clarifications", _PERSONAL
        ),
        "clarification.withdrawn": Letter(
            "clarification_withdrawn", _CONSORTIUM, "application/{application}/clarifications", _PERSONAL
        ),
        "document.sealed": Letter("receipt", _CONSORTIUM, "application/{application}", _PERSONAL),
        "call.corrected": Letter("call_corrected", ("applicants",), "call/{call}"),
        "call.withdrawn": Letter("call_withdrawn", ("applicants",), "call/{call}"),
        "committee.seated": Letter("committee_seated", ("person",), "/panel/{call_id}", _PERSONAL),
        "ranking.proposed": Letter("ranking_proposed", ("committee",), "/panel/{call_id}/vote", _PERSONAL),
        "call.closed": Letter("call_closed", ("officers",), "/officer/calls/{call_id}"),
        "assignment.made": Letter("assignment_made", ("person",), "/evaluation/{subject}/conflict", _PERSONAL),
        "expert.reminded": Letter("reports_late", ("person",), "/evaluation", _PERSONAL),
        "consensus.proposed": Letter(
            "consensus_proposed", ("experts",), "/evaluation/applications/{application}/consensus", _PERSONAL
        ),
        "grant.preparation_sent": Letter("grant_sent", ("officers",), "/officer/grants/{subject}", _PERSONAL),
        "grant.returned": Letter("grant_returned", _CONSORTIUM, "/grants/{subject}/preparation", _PERSONAL),
        "grant.opened_for_signature": Letter("grant_to_sign", ("signatories",), "/grants/{subject}/sign", _PERSONAL),
        "grant.signed": Letter("grant_to_sign", ("signatories",), "/grants/{subject}/sign", _PERSONAL),
        "grant.abandoned": Letter("grant_abandoned", _CONSORTIUM, "/grants/{subject}", _PERSONAL),
        "amendment.requested": Letter("amendment_requested", ("officers",), _OFFICE_AMENDMENT, _PERSONAL),
        "amendment.proposed": Letter("amendment_proposed", ("signatories", *_CONSORTIUM), _AMENDMENT, _PERSONAL),
        "amendment.declined": Letter("amendment_declined", ("officers",), _OFFICE_AMENDMENT, _PERSONAL),
        "amendment.decided": Letter("amendment_decided", _CONSORTIUM, _AMENDMENT, _PERSONAL),
        "amendment.signed": Letter("amendment_to_sign", ("authority",), f"{_OFFICE_AMENDMENT}/sign", _PERSONAL),
        "reporting.submitted": Letter(
            "periodic_report_submitted", ("officers",), "/officer/grants/{subject}", _PERSONAL
        ),
        "reporting.returned": Letter(
            "periodic_report_returned", _CONSORTIUM, "/grants/{subject}/reports/{number}", _PERSONAL
        ),
        "reporting.decided": Letter("periodic_report_decided", _CONSORTIUM, "/grants/{subject}/reports", _PERSONAL),
        "reporting.recovery_answered": Letter(
            "recovery_answered", ("officers",), "/officer/grants/{subject}/reports/{number}", _PERSONAL
        ),
        "reporting.recovered": Letter("recovery_came_in", _CONSORTIUM, "/grants/{subject}", _PERSONAL),
        "reporting.recovery_waived": Letter("recovery_waived", _CONSORTIUM, "/grants/{subject}", _PERSONAL),
        "payment.paid": Letter("payment_paid", ("coordinators",), "/grants/{grant}", _PERSONAL),
        "payment.returned": Letter("payment_returned", ("person",), "/payments/{subject}", _PERSONAL),
        "payment.failed": Letter("payment_failed", ("person", "officers"), "/payments/{subject}", _PERSONAL),
        "payment.surfaced": Letter("payment_surfaced", ("person", "officers"), "/payments/{subject}", _PERSONAL),
        "payment.suspended": Letter("payment_suspended", ("coordinators",), "/grants/{grant}", _PERSONAL),
        "payment.resumed": Letter("payment_resumed", ("coordinators",), "/grants/{grant}", _PERSONAL),
        "reporting.grant_closed": Letter("grant_closed", _CONSORTIUM, "/grants/{subject}", _PERSONAL),
        "report.decided": Letter("report_returned", ("experts",), "/evaluation/{subject}", _PERSONAL),
    }
)
"""Kinds of event that lead to mail. A call that is published is told to nobody: the public list is the news."""

REMOVED = Letter("partner_removed", ("gone",), "call/{call}", _PERSONAL)
"""Who was taken out can no longer open the application, and the coordinator knows."""
REPORTS_DUE = Letter("reports_due", ("person",), "/evaluation", _PERSONAL)
VOIDED = Letter("report_voided", ("experts",), "/tasks", _PERSONAL)
"""Whose report was voided can no longer open it."""
DECISION = Letter("decision", _CONSORTIUM, "application/{application}/outcome", _PERSONAL)
"""Information and rejection letters are announced alike: the mail does not say what they say."""
GRANT_LAST = Letter("grant_to_sign", ("authority",), "/officer/grants/{subject}/sign", _PERSONAL)
"""Everybody else has signed: an authorising officer is next."""
IN_FORCE = Letter("grant_in_force", _CONSORTIUM, "/documents/{subject}", _PERSONAL)
AMENDMENT_ACCEPTED = Letter("amendment_to_sign", ("signatories",), f"{_AMENDMENT}/sign", _PERSONAL)
"""What was accepted waits for the coordinator's signatory."""
AMENDED = Letter("amendment_in_force", _CONSORTIUM, "/documents/{subject}", _PERSONAL)
PAYMENT = Letter("payment_announced", _CONSORTIUM, "/documents/{subject}", _PERSONAL)
"""The sealed letter about a payment after a report."""
INTEREST = Letter("interest_announced", _CONSORTIUM, "/documents/{subject}", _PERSONAL)
"""The sealed letter about interest for a payment that came late."""
RECOVERY_ANNOUNCED = Letter("recovery_announced", _CONSORTIUM, "/documents/{subject}", _PERSONAL)
"""The sealed letter that announces a recovery: the coordinator is heard first."""
RECOVERY_WITHDRAWN = Letter("recovery_withdrawn", _CONSORTIUM, "/grants/{subject}/reports/{number}", _PERSONAL)
"""What is confirmed or lowered is told with its note."""
RECOVERY = Letter("recovery_note", _CONSORTIUM, "/documents/{subject}", _PERSONAL)
"""The sealed note about money that comes back."""
PERIODIC_REPORT_DUE = Letter("periodic_report_due", _CONSORTIUM, "/grants/{subject}/reports/{number}", _PERSONAL)
PERIODIC_REPORT_LATE = Letter("periodic_report_late", _CONSORTIUM, "/grants/{subject}/reports/{number}", _PERSONAL)
_SEALED: Mapping[str, Letter] = MappingProxyType(
    {
        "receipt": LETTERS["document.sealed"],
        "information_letter": DECISION,
        "rejection_letter": DECISION,
        "grant_agreement": IN_FORCE,
        "grant_amendment": AMENDED,
        "payment_letter": PAYMENT,
        "interest_letter": INTEREST,
        "recovery_announcement": RECOVERY_ANNOUNCED,
        "recovery_note": RECOVERY,
    }
)
"""Kinds of document that are announced when they are sealed."""
_BY_FACT: Mapping[tuple[str, str, str], Letter] = MappingProxyType(
    {
        ("partner.ended", "how", "removed"): REMOVED,
        ("report.decided", "how", "voided"): VOIDED,
        ("amendment.decided", "decision", "accepted"): AMENDMENT_ACCEPTED,
        ("reporting.recovery_decided", "how", "withdrawn"): RECOVERY_WITHDRAWN,
    }
)
"""Kind of event, one of its facts and its value, to the letter that it leads to then."""
CAME_BACK = Letter("payment_came_back", ("coordinators",), "/grants/{grant}/amendments", _PERSONAL)
"""The account of the agreement may be wrong: whose it is has it amended."""
_ALSO: Mapping[str, Letter] = MappingProxyType({"payment.failed": CAME_BACK})
"""Kinds of event of which others are told in words of their own."""
REMINDER = Letter("deadline_near", _CONSORTIUM, "application/{application}", _PERSONAL)


def letter_for(happening: Happening) -> Letter | None:
    """The letter that an event leads to, if any: of documents receipts and decisions are announced, of seats those given."""
    if happening.kind == "document.sealed":
        return _SEALED.get(str(happening.facts.get("document")))
    if happening.kind == "committee.seated" and happening.facts.get("how") != "given":
        return None
    for (kind, fact, value), letter in _BY_FACT.items():
        if happening.kind == kind and happening.facts.get(fact) == value:
            return letter
    if happening.kind == "grant.signed" and happening.circle.authority:
        return GRANT_LAST
    return LETTERS.get(happening.kind)


def letters_to(happening: Happening) -> tuple[tuple[Letter, Addressee], ...]:
    """Who gets which letter: each address one, those named first in the audience first."""
    first, also = letter_for(happening), _ALSO.get(happening.kind)
    found: dict[str, tuple[Letter, Addressee]] = {}
    for letter in (one for one in (first, also) if one is not None):
        for part in letter.audience:
            for addressee in getattr(happening.circle, part):
                found.setdefault(addressee.address.lower(), (letter, addressee))
    return tuple(found.values())
