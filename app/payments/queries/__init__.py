"""The readings of payments: the only way in for other areas."""

from app.payments.queries.accounts import (
    account_for_change,
    account_row,
    accounts_of,
    accounts_page,
    validated_account,
)
from app.payments.queries.payments import (
    in_payment_of_calls,
    payment_for_change,
    payment_named,
    payment_row,
    payment_where,
    payments_of,
    payments_page,
)

__all__ = [
    "account_for_change",
    "account_row",
    "accounts_of",
    "accounts_page",
    "in_payment_of_calls",
    "payment_for_change",
    "payment_named",
    "payment_row",
    "payment_where",
    "payments_of",
    "payments_page",
    "validated_account",
]
