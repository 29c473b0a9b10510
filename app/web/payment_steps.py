"""The circuit of a payment as four steps with who and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.infra.templates import instant_text, locale_of, translator
from app.payments.rules.lifecycle import ENDED, PaymentState
from app.payments.schemas import PaymentRow


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step as components/steps.html wants it."""

    name: str
    note: str
    state: str


def circuit_steps(row: PaymentRow, names: Mapping[UUID, str], language: str) -> list[ShownStep]:
    """Initiated, verified, authorised, sent, booked: done with who and when, or whose turn it is."""
    say, locale = translator(language), locale_of(language)
    steps: tuple[tuple[str, str, UUID | None, datetime | None], ...] = (
        ("Initiated", "programme or finance officer", row.initiated_by, row.initiated_at),
        ("Verified", "finance officer", row.verified_by, row.verified_at),
        ("Authorised", "authorising officer", row.authorised_by, row.authorised_at),
        ("Sent to the bank", "accounting officer", row.released_by, row.released_at),
    )
    shown: list[ShownStep] = []
    waits = row.state not in ENDED
    for position, (name, office, who, when) in enumerate(steps):
        if when is not None and not (position == 0 and row.state is PaymentState.RETURNED):
            person = names.get(who) if who is not None else "Grappe"
            note = f"{person or say('a person whose data was erased')}, {instant_text(when, locale)}"
            shown.append(ShownStep(say(name), note, "done"))
        else:
            shown.append(ShownStep(say(name), say(office), "current" if waits else "next"))
            waits = False
    booked = "done" if row.paid_on is not None and row.state is PaymentState.PAID else "current" if waits else "next"
    if row.state is PaymentState.FAILED:
        booked = "stopped"
    stopped = "Never paid by the bank" if row.paid_on is None else "Came back"
    name = say(stopped) if booked == "stopped" else say("Booked by the bank")
    shown.append(ShownStep(name, "", booked))
    return shown
