"""Payments of one world: one that is initiated, a file for the bank, an open line, and an account to validate."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from app.calls.models import Call
from app.core.money import Money
from app.infra.ids import new_id
from app.ledger.queries import envelopes_of_call
from app.ledger.schemas import AmountToCommit
from app.ledger.use_cases.commit_amount import commit_amount
from app.payments.models import BankReport, StatementLine
from app.payments.queries import payment_row
from app.payments.rules.lines import AsideKind, LineState
from app.payments.schemas import Bank, BankAccountToPropose
from app.payments.use_cases.propose_bank_account import propose_bank_account
from tests.builders.organisations import an_organisation
from tests.builders.payments import (
    BIC,
    IBANS,
    PAYER,
    Office,
    a_payment,
    a_validated_account,
    an_authorised_payment,
    released,
)
from tests.builders.people import a_person, actor_for
from tests.conftest import NOW

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.delivery.runtime import Runtime
    from tests.security.world import World

SHARE = Money(1_000_000)


def add_payments(session: Session, runtime: Runtime, world: World) -> None:
    """Ids ``payment_id``, ``authorised_id``, ``account_id``, ``file_id``, ``line_id`` and what names them in bodies."""
    people = world.people
    circuit = ("programme_officer", "finance_officer", "authorising_officer", "accounting_officer")
    office = Office(*(actor_for(session, people[role]) for role in circuit))
    helper = actor_for(session, a_person(session, name=f"Helper of {world.name}"))
    call_id = UUID(world.ids["call_id"])
    programme_id = session.execute(sa.select(Call.programme_id).where(Call.id == call_id)).scalar_one()
    [envelope] = envelopes_of_call(session, call_id)[:1]
    wish = AmountToCommit(envelope.id, "payment", new_id(), f"SECRET paid {world.name}", "Paid", Money(10_000_000))
    payee = an_organisation(session, legal_name=f"SECRET payee {world.name}")
    a_validated_account(session, payee.id)
    given: dict[str, Any] = {
        "commitment_id": commit_amount(session, helper, wish, now=NOW),
        "programme_id": programme_id,
        "payee": payee,
        "amount": SHARE,
    }
    waiting = a_payment(session, helper, **given)
    sent = an_authorised_payment(session, office, **given)
    file_id = released(session, office, Bank(PAYER, runtime.files), [sent])
    ready = an_authorised_payment(session, office, **given)
    wanted = BankAccountToPropose(organisation_id=payee.id, holder="Cluster ASBL", iban=IBANS[1], bic=BIC)
    account_id = propose_bank_account(session, helper, wanted, now=NOW)
    line_id = new_id()
    session.add(
        StatementLine(
            id=line_id,
            booked_on=date(2019, 3, 8),
            amount=-SHARE - Money(1),
            counterparty=f"SECRET payee {world.name}",
            iban=IBANS[0],
            end_to_end_id="",
            text=f"SECRET line {world.name}",
            fingerprint=line_id.hex * 2,
            recorded_at=NOW,
            recorded_by=people["accounting_officer"].id,
            state=LineState.PROPOSED,
            aside_kind=AsideKind.FOREIGN,
            aside_words=f"SECRET words {world.name}",
            aside_at=NOW,
            aside_by=helper.person_id,
            concerns_id=sent,
        )
    )
    report_id = new_id()
    session.add(
        BankReport(
            id=report_id,
            message_id=f"SECRET status {world.name}",
            of_message=f"SECRET file {world.name}",
            created_on=date(2019, 3, 8),
            fingerprint=report_id.hex * 2,
            noted=0,
            rejected=0,
            findings=[],
            unknown=[],
            recorded_at=NOW,
            recorded_by=people["accounting_officer"].id,
        )
    )
    session.flush()
    world.ids |= {
        "status_report_id": str(report_id),
        "payment_id": str(waiting),
        "authorised_id": str(ready),
        "account_id": str(account_id),
        "file_id": str(file_id),
        "line_id": str(line_id),
        "sent_reference": payment_row(session, sent).reference,
    }


def payment_bodies(world: World) -> dict[tuple[str, str], dict[str, Any]]:
    """What is sent to the routes of payments."""
    why, match = {"reason": "A document is missing."}, {"reference": world.ids["sent_reference"]}
    account = {"holder": "Cluster ASBL", "iban": IBANS[2], "bic": BIC}
    web, api = "/payments/{payment_id}", "/api/v1/payments/{payment_id}"
    acts = {
        "return": "return",
        "cancel": "cancellation",
        "suspend": "suspension",
        "fail": "failure",
        "missing": "missing-report",
    }
    return {
        **{("POST", f"{web}/{name}"): why for name in acts},
        **{("POST", f"{api}/{name}"): why for name in acts.values()},
        ("POST", "/payments/release"): {"payment_ids": [world.ids["authorised_id"]]},
        ("POST", "/api/v1/payment-files"): {"payment_ids": [world.ids["authorised_id"]]},
        ("POST", "/payments/accounts/{account_id}/decide"): {"validate_it": "true"},
        ("POST", "/api/v1/bank-accounts/{account_id}/decision"): {"validate_it": True},
        ("POST", "/payments/statement/{line_id}/match"): match,
        ("POST", "/payments/statement/{line_id}/aside"): {"kind": "fee"},
        ("POST", "/payments/statement/{line_id}/take-up"): why,
        ("POST", "/api/v1/statement-lines/{line_id}/setting-aside"): {"kind": "fee"},
        ("POST", "/api/v1/statement-lines/{line_id}/taking-up"): why,
        ("POST", "/api/v1/statement-lines/{line_id}/match"): match,
        ("POST", "/organisations/{organisation_id}/bank-account"): account,
        ("POST", "/api/v1/organisations/{organisation_id}/bank-accounts"): account,
    }


STATEMENT = b"booked_on,amount,counterparty\n2019-03-09,-2.50,Fee\n"
