"""What rules judge a payment by: agreement and call, what the partner used and what the recipient had."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.queries.applied_call import rules_of
from app.calls.rules.form_kinds import IndicatorCounts
from app.calls.rules.funding_kinds import CostPurpose, ThirdPartyCeiling
from app.cascade.models import ThirdPartyPayment
from app.cascade.policies import may_record
from app.cascade.queries.payments import SUBJECT, used_by_partner
from app.cascade.rules.support import Frame
from app.cascade.rules.visitors import visitor_key
from app.cascade.schemas import PartnerBudget
from app.core.actor import Actor
from app.core.money import Money
from app.grants.policies import GrantScope
from app.grants.queries.grants import PartyRow, parties_of
from app.grants.rules.agreement import Agreement
from app.ledger.queries import amount_of_recipient, subjects_of_recipient
from app.ledger.rules.recipients import Within, recipient_keys
from app.ledger.schemas import Place
from app.organisations.models import Organisation


def place_of(scope: GrantScope) -> Place:
    """The grant with its call and programme, as the ledger counts."""
    return Place(scope.grant_id, scope.call_id, scope.programme_id)


def ceiling_of(session: Session, agreement: Agreement) -> ThirdPartyCeiling | None:
    """What the version of the call that the award was judged by says about one third party."""
    return rules_of(session, agreement.call_version_id).rule_of(ThirdPartyCeiling, agreement.facts.strand)


def counted_of(session: Session, agreement: Agreement) -> Mapping[str, IndicatorCounts]:
    """Which indicators of the call exchanges count towards, by id."""
    indicators = rules_of(session, agreement.call_version_id).form.indicators()
    return {one.id: one.counts for one in indicators if one.counts is not None}


def _third_party_budgets(session: Session, agreement: Agreement) -> Callable[[UUID], Money]:
    """What the agreement plans for payments of a partner to third parties, by its id."""
    named = rules_of(session, agreement.call_version_id).funding.categories_for(CostPurpose.THIRD_PARTIES)
    return lambda partner_id: Money.total(agreement.facts.cost_of(partner_id, category) for category in named)


def activities_of(ceiling: ThirdPartyCeiling | None) -> Mapping[str, str]:
    """Ids and titles of the activities that the call closes its list with; empty where it names none."""
    named = ceiling.activities if ceiling is not None else None
    return {one.id: str(one.titles) for one in named or ()}


def frame_of(
    session: Session, scope: GrantScope, agreement: Agreement, party: PartyRow, keys: Sequence[str], *, today: date
) -> Frame:
    """What is left for this partner and this recipient, as long as their rows stay locked."""
    ceiling = ceiling_of(session, agreement)
    within = Within(ceiling.scope) if ceiling is not None else Within.GRANT
    return Frame(
        start_on=agreement.start_on,
        end_on=agreement.end_on,
        report_on=agreement.end_on + timedelta(days=agreement.facts.terms.report_due_days),
        today=today,
        partner=party.name,
        budget=_third_party_budgets(session, agreement)(party.partner_id),
        used=used_by_partner(session, scope.grant_id).get(party.partner_id, Money(0)),
        received=amount_of_recipient(session, place_of(scope), within, keys) if keys else Money(0),
        ceiling=ceiling.maximum if ceiling is not None else None,
        within=within,
        activities=activities_of(ceiling),
    )


def partner_budgets(session: Session, actor: Actor, scope: GrantScope, agreement: Agreement) -> Sequence[PartnerBudget]:
    """Budget and use of every party in the order of the partnership. Four queries."""
    used, budget_of = used_by_partner(session, scope.grant_id), _third_party_budgets(session, agreement)
    return [
        PartnerBudget(
            partner_id=party.partner_id,
            name=party.name,
            budget=budget_of(party.partner_id),
            used=used.get(party.partner_id, Money(0)),
            may_record=may_record(actor, scope, party.organisation_id, party.accepted_by),
        )
        for party in parties_of(session, scope.grant_id)
    ]


def earlier_visit(session: Session, visitor: str, keys: Sequence[str]) -> date | None:
    """The first day of the stay for which this person of this organisation was supported, in whichever grant."""
    paid = subjects_of_recipient(session, SUBJECT, keys)
    statement = sa.select(sa.func.min(ThirdPartyPayment.first_day)).where(
        ThirdPartyPayment.visitor_key == visitor_key(visitor),
        ThirdPartyPayment.reversed_at.is_(None),
        ThirdPartyPayment.id.in_(paid),
    )
    return session.execute(statement).scalar()


def registered_organisation(session: Session, keys: Sequence[str]) -> UUID | None:
    """The organisation of the platform that has one of these numbers; its canonical record where it was merged."""
    for row in _organisations(session, _with_number(keys)):
        if set(recipient_keys(row.country, row.vat, row.registration_number)) & set(keys):
            found: UUID = row.canonical_id or row.id
            return found
    return None


def numbers_of_recipient(session: Session, keys: Sequence[str]) -> tuple[str, ...]:
    """The numbers given for a recipient and those that the platform knows of the same organisation.

    Who gives the VAT number today and the registration number tomorrow is one recipient. Records that were merged into
    one count as one.
    """
    known, asked = set(keys), set(keys)
    while asked:
        rows = [
            row
            for row in _organisations(session, _with_number(sorted(asked)))
            if set(recipient_keys(row.country, row.vat, row.registration_number)) & asked
        ]
        same = {row.canonical_id or row.id for row in rows}
        merged = Organisation.canonical_id.in_(same) | Organisation.id.in_(same)
        found = {
            key
            for row in (_organisations(session, merged) if same else ())
            for key in recipient_keys(row.country, row.vat, row.registration_number)
        }
        asked = found - known
        known |= asked
    return tuple(sorted(known))


def _with_number(keys: Sequence[str]) -> sa.ColumnElement[bool]:
    """Organisations that may have one of these numbers: whether it is the same is said by its keys."""
    conditions = []
    for key in keys:
        kind, country, number = key.split("/", 2)
        same = (
            _bare(Organisation.vat).endswith(number, autoescape=True)
            if kind == "vat"
            else (_bare(Organisation.registration_number) == number)
        )
        conditions.append(sa.and_(Organisation.country == country, same))
    return sa.or_(*conditions)


def _organisations(
    session: Session, wanted: sa.ColumnElement[bool]
) -> Sequence[sa.Row[UUID, UUID | None, str, str, str]]:
    columns = (Organisation.id, Organisation.canonical_id, Organisation.country, Organisation.vat)
    statement = sa.select(*columns, Organisation.registration_number).where(wanted)
    return session.execute(statement.order_by(Organisation.created_at, Organisation.id)).all()


def _bare(column: Any) -> sa.ColumnElement[str]:  # noqa: ANN401  # a mapped column
    return sa.func.upper(sa.func.regexp_replace(column, "[^[:alnum:]]", "", "g"))
