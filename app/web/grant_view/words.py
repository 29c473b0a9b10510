"""States of a grant, and whose turn it is, in words."""

from __future__ import annotations

from app.grants.rules.grant_lifecycle import GrantState
from app.grants.rules.standing import Acts

STATES = {
    GrantState.PREPARATION: ("in preparation", "info"),
    GrantState.SIGNATURE: ("in signature", "warn"),
    GrantState.RUNNING: ("running", "ok"),
    GrantState.CLOSED: ("closed", "neutral"),
    GrantState.TERMINATED: ("terminated", "bad"),
    GrantState.ABANDONED: ("ended without an agreement", "neutral"),
}
"""Words and look of a state."""
ACTS = {
    Acts.CONSORTIUM: "the beneficiaries",
    Acts.OFFICE: "the managing body",
    Acts.COORDINATOR: "the coordinator's signatory",
    Acts.BENEFICIARIES: "the beneficiaries' signatories",
    Acts.AUTHORITY: "the authorising officer",
    Acts.PROJECT: "the project is under way",
    Acts.NOBODY: "nobody",
}
"""Who acts next."""
NEXT = {
    Acts.CONSORTIUM: "The beneficiaries act next: each confirms its data and declares, the coordinator sends the preparation.",
    Acts.OFFICE: "The managing body acts next: it looks at the preparation and opens the agreement for signature.",
    Acts.COORDINATOR: "The coordinator's signatory acts next: the coordinator signs first.",
    Acts.BENEFICIARIES: "The signatories of the other beneficiaries act next, in any order.",
    Acts.AUTHORITY: "The authorising officer acts next: the last signature makes the agreement bind.",
    Acts.PROJECT: "The agreement is in force. The project is carried out and reported on.",
    Acts.NOBODY: "Nothing is left to do.",
}
"""The same as a sentence."""
