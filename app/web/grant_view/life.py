"""The life line of a grant, its money and its documents, as both its home pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from app.core.money import Money
from app.documents.queries import documents_about
from app.grants.queries.agreement import agreement_of, signatures_of
from app.grants.queries.documents import GRANT, SUBJECT
from app.grants.queries.facts import day_of
from app.grants.queries.grants import parties_of, received_at
from app.grants.queries.letters import sent_letters
from app.grants.queries.listing import GrantRow, grant_row
from app.payments.queries import payments_of
from app.reporting.queries.documents import ABOUT_PAYMENT
from app.reporting.queries.interest import interest_on_payment
from app.reporting.queries.portfolio import standing_of
from app.reporting.queries.reports import reports_of
from app.web.grant_view.life_line import LifeFacts, LifeStep, life_steps
from app.web.grant_view.next_act import ShownAct, act_sentence, shown_act

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
    from app.reporting.rules.portfolio import PortfolioRow


@dataclass(frozen=True, slots=True)
class Life:
    """A grant with what its home shows; ``agreement`` is None while it is prepared."""

    row: GrantRow
    today: date
    steps: Sequence[LifeStep]
    parties: Sequence[PartyRow]
    agreement: Agreement | None
    signatures: Sequence[SignatureRow]
    payments: Sequence[PaymentRow]
    documents: Sequence[DocumentRow]
    prefinanced: Money
    paid: Money
    on_the_way: Money
    standing: PortfolioRow
    next: str
    """What is to be done next and who does it; empty where nothing is left."""
    act: ShownAct
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
    letters = sent_letters(session, row.application_id)
    shown = {found for letter in letters for found in (letter.document_id, letter.summary_document_id)}
    subjects = {GRANT: [grant_id], ABOUT_PAYMENT: [one.id for one in payments], SUBJECT: [one.id for one in letters]}
    documents = documents_about(session, subjects)
    standing = standing_of(session, grant_id, today=today)
    reports, received = reports_of(session, grant_id), received_at(session, grant_id)
    facts = LifeFacts(row, standing, agreement, payments, reports, received)
    return Life(
        row=row,
        today=today,
        steps=life_steps(facts, work.known.language),
        parties=parties_of(session, grant_id),
        agreement=agreement,
        signatures=signatures_of(session, grant_id, row.agreed_version) if row.agreed_version is not None else (),
        payments=payments,
        documents=[one for one in documents if one.subject_kind != SUBJECT or one.id in shown],
        prefinanced=standing.prefinanced,
        paid=standing.paid,
        on_the_way=standing.on_the_way,
        standing=standing,
        next=act_sentence(standing.act, work.known.language),
        act=shown_act(standing.act, today, work.known.language),
        interest=_interest(agreement, payments, today),
    )


def _interest(agreement: Agreement | None, payments: Sequence[PaymentRow], today: date) -> Mapping[UUID, Interest]:
    """What late payments bear, by payment."""
    if agreement is None:
        return {}
    found = {one.id: interest_on_payment(agreement.terms, one, today) for one in payments}
    return {payment_id: interest for payment_id, interest in found.items() if interest is not None}
