"""Where does the money of a grant go? Only to the account that the agreement in force names."""

from __future__ import annotations

from app.core.violations import Violation
from app.grants.rules.agreement import AccountFacts


def payee_findings(agreed: AccountFacts | None, valid: AccountFacts | None) -> tuple[Violation, ...]:
    """Why nothing is paid now: the validated account of the coordinator is not the one of the agreement.

    The same number of the same holder that was validated anew is the same account. Whether there is a validated account
    at all is asked by the payment itself.
    """
    if agreed is None or valid is None or agreed.is_same(valid):
        return ()
    words = (
        "The agreement names the account that ends in {agreed}, and the validated one ends in {valid}: the coordinator "
        "asks for an amendment of the account first."
    )
    figures = {"agreed": agreed.iban[-4:], "valid": valid.iban[-4:]}  # who asks for payments need not see numbers whole
    return (Violation("grant.account_differs", words, "account", figures),)
