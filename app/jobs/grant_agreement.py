"""What the sealed agreement is made from: the text that was signed, its signatures, and the application in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from app.delivery.agreements import agreement_view
from app.grants.rules.agreement_record import AgreementRecord
from app.jobs.receipt import sections_in_words

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules


def agreement_context(data: Mapping[str, Any], rules: CallRules) -> dict[str, object]:
    """Everything that ``documents/grant_agreement.html`` reads, besides the document's own facts."""
    record = AgreementRecord.read(data)
    return {
        "agreement": record.agreement,
        "view": agreement_view(record),
        "sections": tuple(sections_in_words(record.agreement.sections, rules)),
    }
