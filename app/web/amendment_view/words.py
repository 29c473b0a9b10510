"""States of an amendment, its kinds, and who acts next, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.amendments.rules.lifecycle import AmendmentKind, AmendmentState

if TYPE_CHECKING:
    from app.amendments.schemas import AmendmentRow

STATES = {
    AmendmentState.DRAFT: ("being written", "info"),
    AmendmentState.REQUESTED: ("asked for", "warn"),
    AmendmentState.RETURNED: ("given back", "warn"),
    AmendmentState.REFUSED: ("refused", "bad"),
    AmendmentState.ACCEPTED: ("accepted, to be signed", "info"),
    AmendmentState.SIGNED: ("signed by the coordinator", "info"),
    AmendmentState.IN_FORCE: ("in force", "ok"),
    AmendmentState.WITHDRAWN: ("taken back", "neutral"),
}
"""Words and look of a state."""
KINDS = {
    AmendmentKind.BANK_ACCOUNT: "bank account",
    AmendmentKind.BUDGET_TRANSFER: "budget",
    AmendmentKind.DURATION: "duration",
}
NEXT = {
    AmendmentState.DRAFT: "The coordinator acts next: it says what changes and why, and asks for the amendment.",
    AmendmentState.REQUESTED: "The managing body acts next: it accepts the amendment, gives it back or refuses it.",
    AmendmentState.RETURNED: "The coordinator acts next: it changes the amendment and asks for it again.",
    AmendmentState.REFUSED: "The managing body refused it. The agreement stays as it is.",
    AmendmentState.ACCEPTED: "A legal signatory of the coordinator acts next and signs for all beneficiaries.",
    AmendmentState.SIGNED: "An authorising officer acts next: with the last signature the amendment is in force.",
    AmendmentState.IN_FORCE: "The agreement reads as amended.",
    AmendmentState.WITHDRAWN: "The coordinator took it back. The agreement stays as it is.",
}
"""Who acts next, as a sentence; of an amendment of the coordinator."""
NEXT_OF_AUTHORITY = NEXT | {
    AmendmentState.DRAFT: "The programme officer acts next: says what changes and why, and proposes the amendment.",
    AmendmentState.RETURNED: "The programme officer acts next: changes the amendment and proposes it again.",
    AmendmentState.REFUSED: "The coordinator refused it. The agreement stays as it is.",
    AmendmentState.ACCEPTED: "The managing body proposes it. A legal signatory of the coordinator acts next: signs it for all "
    "beneficiaries, or refuses it.",
    AmendmentState.WITHDRAWN: "The managing body took it back. The agreement stays as it is.",
}
"""The same of one that the managing body began."""
STATES_OF_AUTHORITY = STATES | {AmendmentState.ACCEPTED: ("proposed, to be signed", "info")}


def next_of(row: AmendmentRow) -> str:
    """Who acts next (msgid)."""
    return (NEXT_OF_AUTHORITY if row.by_authority else NEXT)[row.state]


def state_of(row: AmendmentRow) -> tuple[str, str]:
    """Words (msgid) and look of where it stands."""
    return (STATES_OF_AUTHORITY if row.by_authority else STATES)[row.state]
