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
from app.applications.schemas import ApplicationHead, AttachmentRow, SectionRow
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
_SHEETS: sa.Select[*tuple[Any, ...]] = (
    sa.select(
        BudgetSheet.application_id,
        BudgetSheet.partner_id,
        BudgetSheet.own_funding,
        CostLine.category,
        CostLine.amount,
        CostLine.units,
    )
    .outerjoin(
        CostLine,
        sa.and_(CostLine.application_id == BudgetSheet.application_id, CostLine.partner_id == BudgetSheet.partner_id),
    )
    .where(among(BudgetSheet.application_id))
    .order_by(BudgetSheet.partner_id, CostLine.category)
)


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
    """Partners, lines and the computed table. Two queries."""
    partners = partner_facts(session, application.id, on=category_day(rules))
    lines, own_funding = _sheets(session, [application.id])[application.id]
    table = compute_budget(rules, application.strand, partners=partners, lines=lines, own_funding=own_funding)
    return CurrentBudget(partners, lines, own_funding, table)


def application_facts(
    session: Session,
    application: Application | ApplicationHead,
    rules: CallRules,
    *,
    saved: Mapping[str, SectionRow] | None = None,
    attached: Mapping[str, AttachmentRow] | None = None,
) -> ApplicationFacts:
    """Everything that the one validator needs. A constant number of queries.

    ``saved`` are the saved sections and ``attached`` the current documents where the caller has read them already.
    """
    read = None if saved is None else {application.id: saved}
    held = None if attached is None else {application.id: attached}
    return facts_of_applications(session, [(application, rules)], saved=read, attached=held)[application.id]


def facts_of_applications(
    session: Session,
    asked: Sequence[tuple[Application | ApplicationHead, CallRules]],
    *,
    saved: Mapping[UUID, Mapping[str, SectionRow]] | None = None,
    attached: Mapping[UUID, Mapping[str, AttachmentRow]] | None = None,
) -> Mapping[UUID, ApplicationFacts]:
    """The same of several applications, each by the rules of its call; as many queries as for one."""
    ids = [application.id for application, _ in asked]
    saved = sections_of(session, ids) if saved is None else saved
    partners = facts_of_partnerships(session, {application.id: category_day(rules) for application, rules in asked})
    sheets = _sheets(session, ids)
    attached = attachments_of(session, ids) if attached is None else attached
    others = _others(session, asked, partners)
    found = {}
    for application, rules in asked:
        lines, own_funding = sheets[application.id]
        read = read_answers(rules.form, {section: row.answers for section, row in saved[application.id].items()})
        found[application.id] = ApplicationFacts(
            application_id=application.id,
            strand=application.strand,
            stage=application.stage,
            answers=read.answers,
            unreadable=read.findings,
            partners=partners[application.id],
            lines=lines,
            own_funding=own_funding,
            attachments=tuple(
                AttachmentFacts(row.field, row.filename, row.pages, row.size, row.sha256)
                for row in attached[application.id].values()
            ),
            other_applications=others[application.id],
            in_lists={each: reference.countries_in(*each) for each in lists_asked(rules)},
        )
    return found


def _sheets(
    session: Session, ids: Sequence[UUID]
) -> Mapping[UUID, tuple[tuple[BudgetLine, ...], tuple[OwnFunding, ...]]]:
    """Of each application its budget lines and what each partner does not claim."""
    lines: dict[UUID, list[BudgetLine]] = {identity: [] for identity in ids}
    funding: dict[UUID, dict[UUID, OwnFunding]] = {identity: {} for identity in ids}
    for identity, partner_id, own, category, amount, units in session.execute(_SHEETS, {"many": list(ids)}):
        if partner_id not in funding[identity]:
            funding[identity][partner_id] = OwnFunding(partner_id, own)
        if category is not None:
            lines[identity].append(BudgetLine(partner_id, category, amount, units))
    return {identity: (tuple(lines[identity]), tuple(funding[identity].values())) for identity in ids}


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
