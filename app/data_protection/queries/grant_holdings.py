"""What running grants hold of a person beside signatures: stays that were paid."""

from __future__ import annotations

import sqlalchemy as sa

from app.accounts.models import Person, RoleAssignment
from app.cascade.models import ThirdPartyPayment
from app.core.actor import ScopeKind
from app.data_protection.queries.holdings import PERSON, Holding
from app.grants.models import Grant

_NAME = sa.select(sa.func.lower(Person.name)).where(Person.id == PERSON).scalar_subquery()
_SPEAKS_FOR_IT = (
    sa.exists()
    .where(
        RoleAssignment.person_id == PERSON,
        RoleAssignment.scope == ScopeKind.ORGANISATION,
        RoleAssignment.scope_id == ThirdPartyPayment.organisation_id,
    )
    .correlate(ThirdPartyPayment)
)
"""A name alone is no proof: somebody else may have the same."""

GRANTS: tuple[Holding, ...] = (
    Holding(
        "visits",
        "Stays paid out of a grant to a visitor of the same name and organisation",
        (
            ("first_day", "From", ThirdPartyPayment.first_day),
            ("last_day", "To", ThirdPartyPayment.last_day),
            ("visitor", "Visitor", ThirdPartyPayment.visitor),
            ("host", "Host", ThirdPartyPayment.host_name),
            ("amount", "Amount in cents", sa.type_coerce(ThirdPartyPayment.amount, sa.BigInteger)),
            ("grant", "Grant", Grant.reference),
        ),
        ThirdPartyPayment.__table__.join(Grant.__table__, Grant.id == ThirdPartyPayment.grant_id),
        sa.and_(sa.func.lower(ThirdPartyPayment.visitor) == _NAME, _SPEAKS_FOR_IT),
        goes=False,
        why="The name of the visitor is part of the record of a payment: it goes five years after the balance was paid.",
        tables=("third_party_payment",),
    ),
)
