"""Everything that a letter and an evaluation summary report say, read from what was submitted, judged and signed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Person, RoleAssignment
from app.accounts.queries import names_under_acts
from app.applications.queries.applied_call import rules_of
from app.applications.queries.reading import snapshot, submission
from app.calls.rules.call_rules import CallRules
from app.calls.rules.funding_kinds import ProjectGrantCeiling
from app.core.actor import Role, ScopeKind
from app.core.money import Money
from app.core.periods import BRUSSELS
from app.evaluation.queries.panel import ranking_row
from app.evaluation.queries.reports import consensus, reports_of_application
from app.evaluation.rules.scores import score_text
from app.evaluation.schemas import ConsensusRow, RankingRow
from app.grants.rules.drafting import call_facts
from app.grants.rules.letter_facts import (
    CriterionFacts,
    Dates,
    LetterFacts,
    Mark,
    Place,
    Recipient,
    Signature,
    SummaryFacts,
)
from app.grants.rules.redress import terms
from app.grants.rules.sending import kind_of_letter
from app.grants.schemas import AwardRow
from app.organisations.models import Organisation
from app.partnerships.rules.facts import PartnerRole
from app.reference.queries import country
from app.reference.rules.holidays import is_working_day


def day_of(now: datetime) -> date:
    """The day of an instant where letters are written."""
    return now.astimezone(ZoneInfo(BRUSSELS)).date()


def letter_facts(session: Session, award: AwardRow, *, now: datetime) -> LetterFacts:
    """The letter about a decision as it would be sent now; raise KeyError for one that is not signed."""
    sent = submission(session, award.submission_id)
    rules = rules_of(session, sent.call_version_id)
    content = snapshot(session, award.submission_id)
    ceiling = rules.rule_of(ProjectGrantCeiling, content["application"]["strand"])
    if award.signed_at is None or award.signed_by is None:
        raise KeyError("signed_at")
    return LetterFacts(
        kind=kind_of_letter(award.outcome),
        outcome=award.outcome,
        number=award.number,
        reference=award.reference,
        acronym=award.acronym,
        title=award.title,
        call=call_facts(rules),
        recipient=_recipient(session, award, content),
        requested=sent.requested,
        amount=award.amount,
        cap=ceiling.maximum if ceiling is not None else None,
        place=_place(award, _ranking(session, award)),
        reasons=tuple(award.reasons.splitlines()),
        dates=_dates(rules, day_of(now)),
        signature=Signature(
            name=names_under_acts(session, [award.signed_by]).get(award.signed_by, ""), signed_at=award.signed_at
        ),
    )


def summary_facts(session: Session, award: AwardRow) -> SummaryFacts | None:
    """The evaluation summary report of a decision; None for an application that experts never judged."""
    ranking, report = _ranking(session, award), consensus(session, award.application_id)
    place = _place(award, ranking)
    if ranking is None or report is None or place is None:
        return None
    sent = submission(session, award.submission_id)
    record: Mapping[str, Any] = ranking.snapshot
    adopted = ranking.adopted_at or ranking.proposed_at
    return SummaryFacts(
        outcome=award.outcome,
        number=award.number,
        reference=award.reference,
        acronym=award.acronym,
        title=award.title,
        coordinator=_entry(award, record)["coordinator"],
        call=call_facts(rules_of(session, sent.call_version_id)),
        stage=record["call"]["stage"],
        experts=len(reports_of_application(session, award.application_id)),
        agreement=report.agreement,
        criteria=tuple(_criterion(one, _entry(award, record), report) for one in record["criteria"]),
        total=place.total,
        maximum=place.maximum,
        threshold=place.threshold,
        capable=report.sheet.capacity,
        capacity_comment=report.sheet.capacity_comment,
        overall_comment=report.overall_comment,
        place=place,
        reasons=tuple(award.reasons.splitlines()),
        evaluated_on=day_of(adopted),
    )


def _recipient(session: Session, award: AwardRow, content: Mapping[str, Any]) -> Recipient:
    """The coordinator's name as it was submitted, at the address that it has now."""
    lead = next(one for one in content["partners"] if one["role"] == PartnerRole.COORDINATOR)
    where = sa.select(Organisation.street, Organisation.postcode, Organisation.city, Organisation.country).where(
        Organisation.id == UUID(lead["organisation_id"])
    )
    street, postcode, city, code = session.execute(where).one()
    found = country(code)
    return Recipient(
        organisation=lead["name"],
        street=street,
        postcode=postcode,
        city=city,
        country=found.name() if found is not None else code,
        contact=session.execute(_contact(award.application_id)).scalar() or "",
    )


def _contact(application_id: UUID) -> sa.Select[Any]:
    return (
        sa.select(Person.name)
        .join(RoleAssignment, RoleAssignment.person_id == Person.id)
        .where(
            Person.active,
            RoleAssignment.role == Role.COORDINATOR_CONTACT,
            RoleAssignment.scope == ScopeKind.APPLICATION,
            RoleAssignment.scope_id == application_id,
        )
        .order_by(RoleAssignment.granted_at, Person.id)
        .limit(1)
    )


def _dates(rules: CallRules, sent_on: date) -> Dates:
    found = terms(sent_on, rules.grant, is_working_day)
    planned = rules.timetable.planned_signature
    return Dates(
        sent_on=found.sent_on,
        deemed_receipt_days=rules.grant.deemed_receipt_days,
        received_on=found.received_on,
        redress_days=rules.grant.redress_days,
        redress_until=found.redress_until,
        data_by=found.data_by,
        declarations_by=found.declarations_by,
        signature_by=found.signature_by,
        reserve_until=max(found.signature_by, planned) if planned is not None else found.signature_by,
    )


def _ranking(session: Session, award: AwardRow) -> RankingRow | None:
    ranked = award.ranking_id is not None and award.outcome.was_ranked
    return ranking_row(session, award.ranking_id) if ranked and award.ranking_id is not None else None


def _entry(award: AwardRow, record: Mapping[str, Any]) -> Mapping[str, Any]:
    return next(one for one in record["entries"] if one["application"] == str(award.application_id))


def _place(award: AwardRow, ranking: RankingRow | None) -> Place | None:
    if ranking is None:
        return None
    record: Mapping[str, Any] = ranking.snapshot
    entry = _entry(award, record)
    mine = [one for one in record["entries"] if one["envelope"] == entry["envelope"] and one["position"] is not None]
    line = next(one for one in record["envelopes"] if one["code"] == entry["envelope"])
    return Place(
        total=entry["total"],
        maximum=record["maximum"],
        threshold=record["overall_threshold"],
        position=entry["position"],
        reserve=entry["reserve"],
        ranked=len(mine),
        funded=sum(one["standing"] == "main" for one in mine),
        envelope=line["title"],
        envelope_amount=Money.parse(line["available"]["amount"], line["available"]["currency"]),
    )


def _criterion(criterion: Mapping[str, Any], entry: Mapping[str, Any], report: ConsensusRow) -> CriterionFacts:
    name = criterion["id"]
    reason, given = entry["marks"].get(name), report.sheet.scores.get(name)
    return CriterionFacts(
        title=criterion["title"],
        maximum=criterion["maximum"],
        threshold=criterion["threshold"],
        weight=criterion["weight"],
        score=entry["scores"].get(name, "0"),
        comment=report.sheet.comments.get(name, ""),
        mark=Mark(experts=None if given is None else Decimal(score_text(given)), reason=reason)
        if reason is not None
        else None,
    )
