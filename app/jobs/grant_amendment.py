"""What the sealed amendment is made from: the text that was signed, its signatures, and the version that it changes."""

from __future__ import annotations

from app.amendments.rules.addendum import AddendumRecord
from app.amendments.rules.comparison import compare
from app.amendments.rules.lifecycle import AmendmentKind
from app.delivery.agreements import agreement_view
from app.delivery.amendments import comparison_view, signed_rows
from app.grants.rules.agreement import AgreementFacts
from app.grants.rules.agreement_record import AgreementRecord
from app.infra.templates import instant_text


def amendment_context(record: AddendumRecord, before: AgreementFacts) -> dict[str, object]:
    """Everything that ``documents/grant_amendment.html`` reads, besides the document's own facts."""
    addendum = record.addendum
    after = addendum.agreement
    last = record.signatures[-1] if record.signatures else None
    amended = AgreementRecord(agreement=after, sha256=after.sha256, signatures=())
    return {
        "addendum": addendum,
        "sha256": record.sha256,
        "before": before,
        "agreement": after,
        "kinds": {kind.value: kind in addendum.kinds for kind in AmendmentKind},
        "changes": comparison_view(compare(before, after)),
        "view": agreement_view(amended),
        "signatures": signed_rows(record),
        "in_force": instant_text(last.signed_at, "en_GB") if last is not None else "",
    }
