"""Seats, hits and outcomes in words."""

from __future__ import annotations

from app.evaluation.rules.assignments import HitKind
from app.evaluation.rules.committee import Seat
from app.evaluation.rules.selection import CapacityKind, CapacityOutcome

SEATS = {Seat.MODERATOR: "Moderator", Seat.PANEL_MEMBER: "Member", Seat.OBSERVER: "Observer"}
SEAT_OPTIONS = [
    (Seat.PANEL_MEMBER.value, "Member", "Sees the reports and the ranking, and votes."),
    (Seat.MODERATOR.value, "Moderator", "Chairs, sees everything, writes down what the panel decides, has no vote."),
    (Seat.OBSERVER.value, "Observer", "Sees what the call shows to observers, decides nothing."),
]
HITS = {
    HitKind.CONSORTIUM: "is part of the consortium",
    HitKind.ORGANISATION: "belongs to an organisation that takes part",
    HitKind.EMPLOYER: "is employed by an organisation that takes part",
    HitKind.MAIL_DOMAIN: "has a mail address of an organisation that takes part",
    HitKind.COMPETING: "takes part in another application to this call",
}
OUTCOMES = {
    CapacityOutcome.SUFFICIENT: ("ok", "Sufficient"),
    CapacityOutcome.WEAK: ("warn", "Weak"),
    CapacityOutcome.INSUFFICIENT: ("bad", "Insufficient"),
}
OUTCOME_OPTIONS = [
    (CapacityOutcome.SUFFICIENT.value, "Sufficient", ""),
    (CapacityOutcome.WEAK.value, "Weak", "Can be funded, under conditions in the grant agreement."),
    (CapacityOutcome.INSUFFICIENT.value, "Insufficient", "The application is not selected."),
]
KINDS = {CapacityKind.FINANCIAL: "Financial capacity", CapacityKind.OPERATIONAL: "Operational capacity"}
