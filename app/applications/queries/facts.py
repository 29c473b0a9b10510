"""The working copy of an application as the rules see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.models import Application, BudgetSheet, CostLine
from app.applications.queries.reading import attachments_of, sections_of
from app.applications.rules.answer_values import read_answers
from app.applications.rules.budget import BudgetTable, compute_budget
from app.applications.rules.facts import ApplicationFacts, AttachmentFacts, BudgetLine, OtherApplication, OwnFunding
from app.applications.rules.lifecycle import ApplicationState
from app.applications.schemas import ApplicationHead, SectionRow
from app.calls.rules.call_rules import CallRules
from app.calls.rules.eligibility_kinds import MemberInRegionCategory, OneApplicationPerOrganisation
from app.infra.db.statements import among
from app.partnerships.models import Partner
from app.partnerships.queries import facts_of_partnerships, partner_facts
from app.partnerships.rules.country_lists import lists_asked
from app.partnerships.rules.facts import PartnerFacts, PartnerRole
from app.partnerships.rules.lifecycle import PartnerState
from app.reference import queries as reference

Row = TypeVar("Row")
_LINES: sa.Select[*tuple[Any, ...]] = (
    sa.select(CostLine.application_id, CostLine.partner_id, CostLine.category, CostLine.amount, CostLine.units)
    .where(among(CostLine.application_id))
    .order_by(CostLine.partner_id, CostLine.category)
)
_OWN_FUNDING: sa.Select[*tuple[Any, ...]] = sa.select(
    BudgetSheet.application_id, BudgetSheet.partner_id, BudgetSheet.own_funding
).where(among(BudgetSheet.application_id))


@dataclass(frozen=True, slots=True)
class CurrentBudget:
    """The budget of the working copy."""

    partners: tuple[PartnerFacts, ...]
    lines: tuple[BudgetLine, ...]
    own_funding: tuple[OwnFunding, ...]
    table: BudgetTable


def category_day(rules: CallRules) -> date:
    """The day on which a region's category counts: as the call says, else the deadline."""
    rule = rules.rule_of(MemberInRegionCategory)
    return rule.on if rule is not None and isinstance(rule.on, date) else rules.timetable.deadline.day


def current_budget(session: Session, application: Application | ApplicationHead, rules: CallRules) -> CurrentBudget:
    """Partners, lines and the computed table. Three queries."""
    partners = partner_facts(session, application.id, on=category_day(rules))
    ids = [application.id]
    lines, own_funding = _lines(session, ids)[application.id], _own_funding(session, ids)[application.id]
    table = compute_budget(rules, application.strand, partners=partners, lines=lines, own_funding=own_funding)
    return CurrentBudget(partners, lines, own_funding, table)


def application_facts(
    session: Session,
    application: Application | ApplicationHead,
    rules: CallRules,
    *,
    saved: Mapping[str, SectionRow] | None = None,
) -> ApplicationFacts:
    """Everything that the one validator needs. A constant number of queries.

    ``saved`` are the saved sections where the caller has read them already.
    """
    read = None if saved is None else {application.id: saved}
    return facts_of_applications(session, [(application, rules)], saved=read)[application.id]


def facts_of_applications(
    session: Session,
    asked: Sequence[tuple[Application | ApplicationHead, CallRules]],
    *,
    saved: Mapping[UUID, Mapping[str, SectionRow]] | None = None,
) -> Mapping[UUID, ApplicationFacts]:
    """The same of several applications, each by the rules of its call; as many queries as for one."""
    ids = [application.id for application, _ in asked]
    saved = sections_of(session, ids) if saved is None else saved
    partners = facts_of_partnerships(session, {application.id: category_day(rules) for application, rules in asked})
    lines, own_funding, attached = _lines(session, ids), _own_funding(session, ids), attachments_of(session, ids)
    others = _others(session, asked, partners)
    found = {}
    for application, rules in asked:
        read = read_answers(rules.form, {section: row.answers for section, row in saved[application.id].items()})
        found[application.id] = ApplicationFacts(
            application_id=application.id,
            strand=application.strand,
            stage=application.stage,
            answers=read.answers,
            unreadable=read.findings,
            partners=partners[application.id],
            lines=lines[application.id],
            own_funding=own_funding[application.id],
            attachments=tuple(
                AttachmentFacts(row.field, row.filename, row.pages, row.size, row.sha256)
                for row in attached[application.id].values()
            ),
            other_applications=others[application.id],
            in_lists={each: reference.countries_in(*each) for each in lists_asked(rules)},
        )
    return found


def _lines(session: Session, ids: Sequence[UUID]) -> Mapping[UUID, tuple[BudgetLine, ...]]:
    rows = session.execute(_LINES, {"many": list(ids)})
    return _by_application(ids, ((identity, BudgetLine(*row)) for identity, *row in rows))


def _own_funding(session: Session, ids: Sequence[UUID]) -> Mapping[UUID, tuple[OwnFunding, ...]]:
    rows = session.execute(_OWN_FUNDING, {"many": list(ids)})
    return _by_application(ids, ((identity, OwnFunding(*row)) for identity, *row in rows))


def _by_application(ids: Sequence[UUID], rows: Iterable[tuple[UUID, Row]]) -> Mapping[UUID, tuple[Row, ...]]:
    found: dict[UUID, list[Row]] = {identity: [] for identity in ids}
    for identity, row in rows:
        found[identity].append(row)
    return {identity: tuple(each) for identity, each in found.items()}


def _others(
    session: Session,
    asked: Sequence[tuple[Application | ApplicationHead, CallRules]],
    partners: Mapping[UUID, tuple[PartnerFacts, ...]],
) -> Mapping[UUID, tuple[OtherApplication, ...]]:
    """Other submitted applications of the same organisations; asked only where the call limits them."""
    ids = [application.id for application, _ in asked]
    limited = [one for one, rules in asked if rules.rule_of(OneApplicationPerOrganisation, one.strand) is not None]
    if not limited:
        return _by_application(ids, ())
    members = {one.id: {partner.organisation_id for partner in partners[one.id]} for one in limited}
    statement = (
        sa.select(
            Application.id,
            Application.call_id,
            Partner.organisation_id,
            Application.reference,
            Partner.role == PartnerRole.COORDINATOR,
        )
        .join(Application, Application.id == Partner.partnership_id)
        .where(
            Application.call_id.in_({one.call_id for one in limited}),
            Application.state == ApplicationState.SUBMITTED,
            Partner.state == PartnerState.ACCEPTED,
            Partner.organisation_id.in_(set().union(*members.values())),
        )
        .order_by(Application.reference)
    )
    rows = session.execute(statement).all()
    return _by_application(
        ids,
        (
            (one.id, OtherApplication(known, reference, coordinates))
            for one in limited
            for other, call_id, known, reference, coordinates in rows
            if call_id == one.call_id and other != one.id and known in members[one.id]
        ),
    )
