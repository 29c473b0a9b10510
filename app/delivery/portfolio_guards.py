"""Guard of the portfolio: who follows money, each in its scope; what is outside is not listed."""

from __future__ import annotations

from app.delivery.guards import has_role
from app.ledger.policies import READERS

follows_portfolio = has_role(*READERS)
