"""The working copy of an application as the rules see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.models import Application, BudgetSheet, CostLine
from app.applications.queries.reading import attachments, sections
from app.applications.rules.answer_values import read_answers
from app.applications.rules.budget import BudgetTable, compute_budget
from app.applications.rules.facts import ApplicationFacts, AttachmentFacts, BudgetLine, OtherApplication, OwnFunding
from app.applications.rules.lifecycle import ApplicationState
from app.applications.schemas import ApplicationHead, SectionRow
from app.calls.rules.call_rules import CallRules
from app.calls.rules.eligibility_kinds import MemberInRegionCategory, OneApplicationPerOrganisation
from app.partnerships.models import Partner
from app.partnerships.queries import partner_facts
from app.partnerships.rules.country_lists import lists_asked
from app.partnerships.rules.facts import PartnerFacts, PartnerRole
from app.partnerships.rules.lifecycle import PartnerState
from app.reference import queries as reference


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
    lines, own_funding = _lines(session, application.id), _own_funding(session, application.id)
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
    saved = sections(session, application.id) if saved is None else saved
    partners = partner_facts(session, application.id, on=category_day(rules))
    read = read_answers(rules.form, {section: row.answers for section, row in saved.items()})
    return ApplicationFacts(
        application_id=application.id,
        strand=application.strand,
        stage=application.stage,
        answers=read.answers,
        unreadable=read.findings,
        partners=partners,
        lines=_lines(session, application.id),
        own_funding=_own_funding(session, application.id),
        attachments=tuple(
            AttachmentFacts(row.field, row.filename, row.pages, row.size, row.sha256)
            for row in attachments(session, application.id).values()
        ),
        other_applications=_others(session, application, partners, rules),
        in_lists={asked: reference.countries_in(*asked) for asked in lists_asked(rules)},
    )


def _lines(session: Session, application_id: UUID) -> tuple[BudgetLine, ...]:
    statement = (
        sa.select(CostLine.partner_id, CostLine.category, CostLine.amount, CostLine.units)
        .where(CostLine.application_id == application_id)
        .order_by(CostLine.partner_id, CostLine.category)
    )
    return tuple(BudgetLine(*row) for row in session.execute(statement))


def _own_funding(session: Session, application_id: UUID) -> tuple[OwnFunding, ...]:
    statement = sa.select(BudgetSheet.partner_id, BudgetSheet.own_funding).where(
        BudgetSheet.application_id == application_id
    )
    return tuple(OwnFunding(*row) for row in session.execute(statement))


def _others(
    session: Session, application: Application | ApplicationHead, partners: tuple[PartnerFacts, ...], rules: CallRules
) -> tuple[OtherApplication, ...]:
    """Other submitted applications of the same organisations; asked only where the call limits them."""
    if rules.rule_of(OneApplicationPerOrganisation, application.strand) is None:
        return ()
    statement = (
        sa.select(Partner.organisation_id, Application.reference, Partner.role == PartnerRole.COORDINATOR)
        .join(Application, Application.id == Partner.partnership_id)
        .where(
            Application.call_id == application.call_id,
            Application.id != application.id,
            Application.state == ApplicationState.SUBMITTED,
            Partner.state == PartnerState.ACCEPTED,
            Partner.organisation_id.in_([partner.organisation_id for partner in partners]),
        )
        .order_by(Application.reference)
    )
    rows = session.execute(statement)
    return tuple(OtherApplication(known, reference, coordinates) for known, reference, coordinates in rows if known)
