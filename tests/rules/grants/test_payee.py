"""Money goes only to the account that the agreement in force names."""

from __future__ import annotations

from uuid import UUID

import pytest

from app.grants.rules.agreement import AccountFacts
from app.grants.rules.payee import payee_findings

ONE, OTHER = (
    AccountFacts(id=UUID(int=number), holder="Cluster", iban=f"BE7109612345{number}769", bic="GKCCBEBB")
    for number in (1, 2)
)

AGAIN = AccountFacts(id=UUID(int=3), holder=ONE.holder, iban=ONE.iban, bic=ONE.bic)


@pytest.mark.parametrize(
    ("agreed", "valid", "expected"),
    [(ONE, ONE, []), (None, ONE, []), (ONE, None, []), (ONE, AGAIN, []), (ONE, OTHER, ["grant.account_differs"])],
)
def test_another_account_is_asked_for_in_an_amendment(
    agreed: AccountFacts | None, valid: AccountFacts | None, expected: list[str]
) -> None:
    found = payee_findings(agreed, valid)
    assert [one.rule for one in found] == expected
    for one in found:
        assert all(account.iban[-4:] in one.text for account in (ONE, OTHER))
        assert not any(account.iban in one.text for account in (ONE, OTHER)), "nobody needs the whole number for that"
