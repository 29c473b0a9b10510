"""Bank accounts: given by one person, validated by another; a change replaces nothing before it is validated."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.actor import Role
from app.core.errors import NotFoundError, NotPermittedError, RulesViolatedError, TransitionNotAllowedError
from app.infra.ids import new_id
from app.payments.models import BankAccount
from app.payments.queries import accounts_of, validated_account
from app.payments.rules.lifecycle import AccountState
from app.payments.schemas import BankAccountToPropose, DecideAccount
from app.payments.use_cases.decide_bank_account import decide_bank_account
from app.payments.use_cases.propose_bank_account import propose_bank_account
from tests.builders.organisations import an_organisation
from tests.builders.payments import BIC, IBANS, a_validated_account, officer
from tests.builders.people import a_person, actor_for
from tests.conftest import NOW

YES = DecideAccount(validate_it=True)


def given(session: Session, organisation_id: object, iban: str = IBANS[0], **values: str) -> BankAccountToPropose:
    fields: dict[str, object] = {"organisation_id": organisation_id, "holder": "Cluster ASBL", "iban": iban, "bic": BIC}
    return BankAccountToPropose(**(fields | values))  # type: ignore[arg-type]


def test_an_account_counts_once_another_person_validated_it(session: Session) -> None:
    organisation, giver = an_organisation(session), actor_for(session, a_person(session))
    account_id = propose_bank_account(
        session, giver, given(session, organisation.id, "be68 5390 0754 7034", bic="gkccbebb"), now=NOW
    )
    assert validated_account(session, organisation.id) is None
    decide_bank_account(session, officer(session, Role.FINANCE_OFFICER), account_id, YES, now=NOW)
    account = validated_account(session, organisation.id)
    assert account is not None
    assert (account.id, account.iban, account.bic, account.bank) == (account_id, IBANS[0], BIC, "BELFIUS BANK")


def test_who_gave_it_does_not_validate_it(session: Session) -> None:
    both = officer(session, Role.FINANCE_OFFICER)
    organisation = an_organisation(session)
    account_id = propose_bank_account(session, both, given(session, organisation.id), now=NOW)
    with pytest.raises(RulesViolatedError, match="You gave this account"):
        decide_bank_account(session, both, account_id, YES, now=NOW)
    change = sa.update(BankAccount).values(state=AccountState.VALIDATED, decided_at=NOW, decided_by=both.person_id)
    with pytest.raises(sa.exc.IntegrityError, match="four_eyes"), session.begin_nested():
        session.execute(change)


@pytest.mark.parametrize("role", [Role.PROGRAMME_OFFICER, Role.AUTHORISING_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_other_offices_do_not_validate(session: Session, role: Role) -> None:
    giver = actor_for(session, a_person(session))
    account_id = propose_bank_account(session, giver, given(session, an_organisation(session).id), now=NOW)
    with pytest.raises(NotPermittedError):
        decide_bank_account(session, officer(session, role), account_id, YES, now=NOW)


def test_a_new_account_replaces_the_old_one_only_when_it_is_validated(session: Session) -> None:
    organisation = an_organisation(session)
    first = a_validated_account(session, organisation.id)
    giver, decider = actor_for(session, a_person(session)), officer(session, Role.ACCOUNTING_OFFICER)
    second = propose_bank_account(session, giver, given(session, organisation.id, IBANS[1]), now=NOW)
    third = propose_bank_account(session, giver, given(session, organisation.id, IBANS[2]), now=NOW)
    assert validated_account(session, organisation.id).id == first  # type: ignore[union-attr]
    with pytest.raises(TransitionNotAllowedError):
        decide_bank_account(session, decider, second, YES, now=NOW)
    decide_bank_account(session, decider, third, YES, now=NOW)
    states = {row.id: row.state for row in accounts_of(session, organisation.id)}
    assert states == {
        first: AccountState.REPLACED,
        second: AccountState.REPLACED,
        third: AccountState.VALIDATED,
    }


def test_a_refusal_has_its_reason_and_changes_nothing(session: Session) -> None:
    organisation = an_organisation(session)
    first = a_validated_account(session, organisation.id)
    giver, decider = actor_for(session, a_person(session)), officer(session, Role.FINANCE_OFFICER)
    second = propose_bank_account(session, giver, given(session, organisation.id, IBANS[1]), now=NOW)
    with pytest.raises(RulesViolatedError, match="Say why"):
        decide_bank_account(session, decider, second, DecideAccount(validate_it=False, reason="No"), now=NOW)
    refusal = DecideAccount(validate_it=False, reason="The holder is another company.")
    decide_bank_account(session, decider, second, refusal, now=NOW)
    assert validated_account(session, organisation.id).id == first  # type: ignore[union-attr]
    assert accounts_of(session, organisation.id)[0].reason == "The holder is another company."


def test_a_wrong_digit_is_refused_at_its_field_and_everything_is_said_at_once(session: Session) -> None:
    organisation = an_organisation(session)
    wanted = given(session, organisation.id, "BE68539007547043", bic="DEUT", holder="")
    with pytest.raises(RulesViolatedError) as refused:
        propose_bank_account(session, actor_for(session, a_person(session)), wanted, now=NOW)
    assert {(one.place, one.rule) for one in refused.value.violations} == {
        ("iban", "payments.iban_wrong"),
        ("bic", "payments.bic_wrong"),
        ("holder", "payments.holder_missing"),
    }
    assert accounts_of(session, organisation.id) == []


def test_the_same_account_again_changes_nothing(session: Session) -> None:
    organisation = an_organisation(session)
    a_validated_account(session, organisation.id)
    with pytest.raises(RulesViolatedError, match="validated already"):
        propose_bank_account(session, actor_for(session, a_person(session)), given(session, organisation.id), now=NOW)


def test_unknown_organisations_and_accounts_do_not_exist(session: Session) -> None:
    somebody = officer(session, Role.FINANCE_OFFICER)
    with pytest.raises(NotFoundError):
        propose_bank_account(session, somebody, given(session, new_id()), now=NOW)
    with pytest.raises(NotFoundError):
        decide_bank_account(session, somebody, new_id(), YES, now=NOW)
