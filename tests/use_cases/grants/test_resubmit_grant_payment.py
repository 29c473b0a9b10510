"""A payment that came back goes to the account of the agreement in force, never to one that an open amendment names."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from app.core.actor import Role
from app.core.errors import NotPermittedError, RulesViolatedError, TransitionNotAllowedError
from app.grants.use_cases.request_prefinancing import request_prefinancing
from app.grants.use_cases.resubmit_grant_payment import resubmit_grant_payment
from app.payments.queries import payment_row, validated_account
from app.payments.rules.lifecycle import PaymentState
from app.payments.schemas import BankAccountToPropose, DecideAccount, GiveReason
from app.payments.use_cases.decide_bank_account import decide_bank_account
from app.payments.use_cases.propose_bank_account import propose_bank_account
from app.payments.use_cases.return_payment import return_payment
from tests.builders import amendments as amend
from tests.builders.grants import IN_FORCE, MadeGrant, a_running_grant
from tests.builders.payments import BIC, IBANS, an_office, officer

NOW = IN_FORCE + timedelta(days=1)
OTHER = {"account": "new", "holder": "Cluster ASBL", "iban": IBANS[1], "bic": BIC}


def came_back(session: Session) -> tuple[MadeGrant, UUID]:
    """A pre-financing that the finance office sent back."""
    made = a_running_grant(session)
    payment_id = request_prefinancing(session, made.officer, made.grant_id, now=NOW)
    reason = GiveReason(reason="The account is not theirs any more.")
    return_payment(session, an_office(session).verifier, payment_id, reason, now=NOW)
    return made, payment_id


def coordinator(made: MadeGrant) -> UUID:
    return made.made.members[0].organisation.id


def validated(session: Session, account_id: UUID) -> None:
    decider = officer(session, Role.FINANCE_OFFICER)
    decide_bank_account(session, decider, account_id, DecideAccount(validate_it=True), now=amend.ASKED)


def newest(session: Session, made: MadeGrant) -> UUID:
    found = amend.proposal_account(session, made)
    assert found is not None
    return found


def test_an_open_amendment_of_the_account_moves_no_money(session: Session) -> None:
    made, payment_id = came_back(session)
    number = amend.a_request(session, made, **OTHER)
    validated(session, newest(session, made))
    valid = validated_account(session, coordinator(made))
    assert valid is not None
    assert valid.iban == IBANS[1], "the finance office has validated the account that the amendment names"
    with pytest.raises(RulesViolatedError) as error:
        resubmit_grant_payment(session, made.officer, payment_id, now=amend.ASKED)
    assert [one.rule for one in error.value.violations] == ["grant.account_differs"]
    row = payment_row(session, payment_id)
    assert (row.state, row.iban) == (PaymentState.RETURNED, IBANS[0])
    amend.decided(session, made, number)
    amend.signed(session, made, number)
    with pytest.raises(RulesViolatedError):
        resubmit_grant_payment(session, made.officer, payment_id, now=amend.ASKED)
    amend.signed_last(session, made, number)
    resubmit_grant_payment(session, made.officer, payment_id, now=amend.ASKED)
    row = payment_row(session, payment_id)
    assert (row.state, row.iban) == (PaymentState.INITIATED, IBANS[1])


def test_the_agreed_account_that_is_validated_anew_needs_no_amendment(session: Session) -> None:
    made, payment_id = came_back(session)
    for iban in (IBANS[1], IBANS[0]):
        wanted = BankAccountToPropose(organisation_id=coordinator(made), holder="Cluster ASBL", iban=iban, bic=BIC)
        validated(session, propose_bank_account(session, made.actor(session), wanted, now=amend.ASKED))
    resubmit_grant_payment(session, made.officer, payment_id, now=amend.ASKED)
    row, valid = payment_row(session, payment_id), validated_account(session, coordinator(made))
    assert valid is not None
    assert (row.bank_account_id, row.iban) == (valid.id, IBANS[0])


def test_only_who_initiates_sends_on_and_only_what_came_back(session: Session) -> None:
    made, payment_id = came_back(session)
    with pytest.raises(NotPermittedError):
        resubmit_grant_payment(session, made.authority, payment_id, now=NOW)
    resubmit_grant_payment(session, made.officer, payment_id, now=NOW)
    with pytest.raises(TransitionNotAllowedError):
        resubmit_grant_payment(session, made.officer, payment_id, now=NOW)
