"""The life line of a grant, its money and its documents, as both its home pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from app.core.money import Money
from app.documents.queries import documents_of
from app.grants.queries.agreement import agreement_of, signatures_of
from app.grants.queries.documents import GRANT
from app.grants.queries.facts import day_of
from app.grants.queries.grants import parties_of
from app.grants.queries.letters import sent_letters
from app.grants.queries.listing import GrantRow, grant_row
from app.grants.rules.grant_lifecycle import GrantState
from app.infra.templates import day_text, locale_of, translator
from app.payments.queries import payments_of
from app.payments.rules.lifecycle import IN_PAYMENT, PaymentKind, PaymentState
from app.reporting.queries.interest import interest_on_payment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from app.delivery.unit_of_work import Work
    from app.documents.schemas import DocumentRow
    from app.grants.queries.agreement import SignatureRow
    from app.grants.queries.grants import PartyRow
    from app.grants.rules.agreement import Agreement
    from app.payments.rules.interest import Interest
    from app.payments.schemas import PaymentRow

_ENDED = (GrantState.CLOSED, GrantState.TERMINATED)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the life line for components/steps.html."""

    name: str
    note: str
    state: str


@dataclass(frozen=True, slots=True)
class Life:
    """A grant with what its home shows; ``agreement`` is None while it is prepared."""

    row: GrantRow
    today: date
    steps: Sequence[Step]
    parties: Sequence[PartyRow]
    agreement: Agreement | None
    signatures: Sequence[SignatureRow]
    payments: Sequence[PaymentRow]
    documents: Sequence[DocumentRow]
    prefinanced: Money
    paid: Money
    on_the_way: Money
    interest: Mapping[UUID, Interest]

    @property
    def left(self) -> Money:
        """What of the maximum grant was not paid."""
        return self.row.maximum_grant - self.paid


def life_of(work: Work, grant_id: UUID) -> Life:
    """Everything of a grant's home. A constant number of queries."""
    session, today = work.session, day_of(work.now)
    row = grant_row(session, grant_id, today=today)
    agreement = agreement_of(session, grant_id) if row.agreed_version is not None else None
    payments = payments_of(session, "grant", grant_id)
    paid = [one for one in payments if one.state is PaymentState.PAID]
    letters = sent_letters(session, row.application_id)
    shown = {found for letter in letters for found in (letter.document_id, letter.summary_document_id)}
    return Life(
        row=row,
        today=today,
        steps=_steps(row, agreement, work.known.language, today),
        parties=parties_of(session, grant_id),
        agreement=agreement,
        signatures=signatures_of(session, grant_id, row.agreed_version) if row.agreed_version is not None else (),
        payments=payments,
        documents=[
            *documents_of(session, GRANT, [grant_id]),
            *(one for one in documents_of(session, "letter", [letter.id for letter in letters]) if one.id in shown),
        ],
        prefinanced=Money.total(one.amount for one in paid if one.kind is PaymentKind.PREFINANCING),
        paid=Money.total(one.amount for one in paid),
        on_the_way=Money.total(one.amount for one in payments if one.state in IN_PAYMENT),
        interest=_interest(agreement, payments, today),
    )


def _interest(agreement: Agreement | None, payments: Sequence[PaymentRow], today: date) -> Mapping[UUID, Interest]:
    """What late payments bear, by payment."""
    if agreement is None:
        return {}
    found = {one.id: interest_on_payment(agreement.terms, one, today) for one in payments}
    return {payment_id: interest for payment_id, interest in found.items() if interest is not None}


def _steps(row: GrantRow, agreement: Agreement | None, language: str, today: date) -> Sequence[Step]:
    say, locale = translator(language), locale_of(language)

    def by(day: date) -> str:
        return say("by %s") % day_text(day, locale)

    state = row.state
    abandoned = state is GrantState.ABANDONED
    running = state is GrantState.RUNNING or state in _ENDED
    prepared = "current" if state is GrantState.PREPARATION else "stopped" if abandoned else "done"
    signing = "current" if state is GrantState.SIGNATURE else "done" if running else "next"
    counts = say("%(signed)s of %(all)s beneficiaries") % {"signed": row.signed, "all": row.parties}
    in_force = day_text(day_of(row.entered_into_force_at), locale) if row.entered_into_force_at is not None else ""
    project = "next"
    if running:
        project = "done" if state is GrantState.CLOSED else "stopped" if state is GrantState.TERMINATED else "current"
    dates = ""
    if row.start_on and row.end_on:
        dates = say("%(start)s to %(end)s") % {
            "start": day_text(row.start_on, locale),
            "end": day_text(row.end_on, locale),
        }
    return (
        Step(say("Information letter"), day_text(day_of(row.opened_at), locale), "done"),
        Step(say("Preparation"), "" if prepared == "done" else by(row.declarations_due_on), prepared),
        Step(say("Signature"), in_force or (counts if signing == "current" else by(row.signature_due_on)), signing),
        Step(say("Project"), dates, project),
        Step(
            say("Reports"),
            _next_report(agreement, locale, today),
            "next" if project in {"next", "stopped"} else project,
        ),
        Step(say("Closure"), "", "done" if state is GrantState.CLOSED else "next"),
    )


def _next_report(agreement: Agreement | None, language: str, today: date) -> str:
    """The day of the next report."""
    days = [period.report_due_on for period in agreement.periods] if agreement is not None else []
    coming = min((day for day in days if day >= today), default=None)
    return translator(language)("next by %s") % day_text(coming, locale_of(language)) if coming is not None else ""
