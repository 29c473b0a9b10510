"""The inventory: every kind of record that may hold something of a person, and what an erasure does to it.

One list for the export, for the dry run of an erasure and for the test that no table was forgotten. Columns whose
name ends in ``_by`` name a person by number only: they are acts, and the event log tells them.
"""

from __future__ import annotations

from app.data_protection.queries.account_holdings import ACCOUNT
from app.data_protection.queries.act_holdings import ACTS
from app.data_protection.queries.evaluation_holdings import EVALUATION
from app.data_protection.queries.grant_holdings import GRANTS
from app.data_protection.queries.holdings import Holding

INVENTORY: tuple[Holding, ...] = (*ACCOUNT, *EVALUATION, *GRANTS, *ACTS)
