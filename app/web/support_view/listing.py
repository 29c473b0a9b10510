"""The list of payments to third parties: columns, filters, and the same rows as a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from app.cascade.rules.support import SupportKind
from app.cascade.schemas import PaidElsewhere, PartnerBudget, SupportFilter, SupportRow
from app.web.lists import Column, Filter, Listing, ListSpec
from app.web.support_view.words import KINDS, STANDINGS, host_words, number_words
from app.web.words import options


def spec_of(
    partners: Sequence[PartnerBudget],
    activities: Mapping[str, str],
    elsewhere: Mapping[UUID, Sequence[PaidElsewhere]] | None = None,
) -> ListSpec[SupportRow]:
    """The list of one grant; with ``elsewhere`` (for the office) the file says who else paid a recipient."""

    def stay(name: str) -> Callable[[SupportRow], object]:
        return lambda row: getattr(row.exchange, name) if row.exchange is not None else ""

    also: tuple[Column[SupportRow], ...] = ()
    if elsewhere is not None:
        also = (
            Column(
                "elsewhere",
                "Also paid by",
                lambda row: ", ".join(one.reference for one in elsewhere.get(row.id, ())),
                only_export=True,
            ),
        )
    return ListSpec(
        columns=(
            Column("recipient", "Recipient", lambda row: row.recipient, sortable=True),
            Column("number", "No.", lambda row: row.number, sortable=True),
            Column("country", "Country", lambda row: row.country, only_export=True),
            Column("numbers", "VAT or registration number", number_words, only_export=True),
            Column("sme", "SME", lambda row: row.sme, only_export=True),
            Column("kind", "For", lambda row: KINDS[row.kind]),
            Column("activity", "Activity", lambda row: activities.get(row.activity, row.activity), only_export=True),
            Column("purpose", "Purpose", lambda row: row.purpose, only_export=True),
            Column("visitor", "Visitor", stay("visitor"), only_export=True),
            Column("host", "Host", host_words, only_export=True),
            Column("host_sme", "Host is an SME", stay("host_sme"), only_export=True),
            Column("first_day", "First day", stay("first_day"), only_export=True),
            Column("last_day", "Last day", stay("last_day"), only_export=True),
            Column("working_days", "Working days", stay("working_days"), only_export=True),
            Column("distance_km", "Kilometres", stay("distance_km"), only_export=True),
            Column("lump_sum", "Lump sum of the host country", stay("lump_sum"), only_export=True),
            Column("halved", "Halved", stay("halved"), only_export=True),
            Column("partner", "Paid by", lambda row: row.partner),
            Column("paid_on", "Paid on", lambda row: row.paid_on, sortable=True),
            Column("amount", "Amount", lambda row: row.amount, align="right", sortable=True),
            Column("evidence", "Document", lambda row: row.evidence_id is not None, only_export=True),
            Column("standing", "State", lambda row: STANDINGS["counts" if row.counts else "reversed"]),
            Column("reversal", "Reason of the reversal", lambda row: row.reversal_reason, only_export=True),
            *also,
        ),
        filters=(
            Filter("kind", "For", options(KINDS)),
            Filter("partner", "Paid by", [(str(one.partner_id), one.name) for one in partners]),
            Filter("standing", "State", list(STANDINGS.items())),
        ),
        sort="-number",
    )


def filter_of(listing: Listing[SupportRow]) -> SupportFilter:
    """What the address narrows the list to."""
    kind, partner, standing = (listing.value(name) for name in ("kind", "partner", "standing"))
    return SupportFilter(
        listing.q,
        SupportKind(kind) if kind else None,
        UUID(partner) if partner else None,
        {"counts": False, "reversed": True}.get(standing),
    )
