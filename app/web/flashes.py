"""What the next page says of the act that led there: what was done, and who acts next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter

from app.infra.templates import translator


@dataclass(frozen=True, slots=True)
class Flash:
    """A notice that the last action left for the next page; braces are facts that this page tells."""

    kind: str
    title: str
    text: str


ACTS: Mapping[str, Flash] = {
    "payment-verified": Flash("success", "Verified", "{reference} is verified. {next}"),
    "payment-authorised": Flash("success", "Authorised", "{reference} is authorised. {next}"),
    "payment-sent-back": Flash("success", "Sent back", "{reference} is sent back with your words. {next}"),
    "payment-sent-again": Flash("success", "Sent on again", "{reference} begins anew. {next}"),
    "payment-given-up": Flash(
        "success", "Given up", "{reference} is cancelled and its money is free again. The office may ask for it anew."
    ),
    "payment-suspended": Flash(
        "success", "Suspended", "The time limit of {reference} stands still; the coordinator is told why. {next}"
    ),
    "payment-resumed": Flash("success", "Resumed", "The time limit of {reference} runs again, until {due}. {next}"),
    "payment-missing": Flash("success", "Reported", "{reference} is reported as never paid by the bank. {next}"),
    "payment-never-paid": Flash(
        "success", "Confirmed", "The bank never paid {reference}; its money is free again. The office asks for it anew."
    ),
    "payment-found": Flash("success", "Taken back", "{reference} is at the bank after all. {next}"),
    "payment-came-back": Flash(
        "success", "Noted", "{reference} came back. The account is checked, then the office asks for the payment again."
    ),
    "payment-matched": Flash("success", "Matched", "The line is {reference}, which is paid."),
    "account-validated": Flash("success", "Validated", "From now on payments to this organisation go to the account."),
    "account-refused": Flash("success", "Refused", "Nothing is paid to the account. Its organisation gives another."),
    "report-given-back": Flash("success", "Given back", "The consortium is told by e-mail. {next}"),
    "report-decided": Flash("success", "Decided", "The consortium is told by e-mail. {next}"),
    "report-payment-asked": Flash("success", "Asked for", "The payment is asked for. {next}"),
    "recovery-noted": Flash("success", "Noted", "The line of the bank is settled. {next}"),
    "recovery-waived": Flash("success", "Waived", "It is not asked back; the consortium is told. {next}"),
    "grant-closed": Flash(
        "success", "Closed", "The grant is closed and what it did not need is free again. Nobody has to act any more."
    ),
    "grant-ended": Flash(
        "success", "Ended", "The preparation is over without an agreement; its money is free for the reserve list."
    ),
    "amendment-withdrawn": Flash("success", "Taken back", "The agreement stays as it is; another can be begun."),
    "support-reversed": Flash(
        "success", "Taken out", "The payment no longer counts; it stays readable with the reason."
    ),
    "certificate-removed": Flash(
        "success", "Removed", "The certificate is taken away. The statement is signed anew next."
    ),
}
"""Acts by the key that the redirect carries, each with its own words (msgids)."""


def told_of(flash: Flash, facts: Mapping[str, object], language: str) -> Flash | None:
    """The notice in the reader's words; None where the page does not know what it is about."""
    say = translator(language)
    if {name for _, name, _, _ in Formatter().parse(flash.text) if name} - facts.keys():
        return None
    return Flash(flash.kind, say(flash.title), say(flash.text).format_map(facts).strip())
