"""A report with everything that is shown of it: page, API, spreadsheet and document read it here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.queries.applied_call import rules_of
from app.calls.rules.call_rules import CallRules
from app.cascade.queries.payments import used_by_partner
from app.core.money import Money
from app.core.violations import Violation
from app.grants.queries.agreement import agreement_of
from app.grants.queries.facts import day_of
from app.grants.rules.agreement import Agreement
from app.organisations.rules.types import LegalForm
from app.partnerships.rules.facts import PartnerFacts
from app.reporting.queries import reports
from app.reporting.queries.corrections import changes_since_return
from app.reporting.rules.correction import Change, is_open
from app.reporting.rules.costs import Cost
from app.reporting.rules.lifecycle import DECIDED, ReportState
from app.reporting.rules.settled import CalculationRow
from app.reporting.rules.statements import Project, StatementFacts, certified, claimed_support
from app.reporting.rules.submission import ReportFacts, check_report
from app.reporting.rules.summary import Spent, Summary, summarise
from app.reporting.rules.technical import IndicatorTarget, IndicatorValue
from app.reporting.rules.third_parties import ClaimedSupport
from app.reporting.schemas import CostRow, ReportRow, StatementRow

NOTHING = Money.zero()


@dataclass(frozen=True, slots=True)
class Counted:
    """An amount that counts, as the arithmetic reads it."""

    partner_id: UUID
    category: str
    amount: Money


@dataclass(frozen=True)
class ReportReading:
    """One report of a grant beside what came before it; costs and statements are those of the whole grant."""

    agreement: Agreement
    rules: CallRules
    row: ReportRow
    others: Sequence[ReportRow]
    texts: Mapping[str, str]
    values: Sequence[IndicatorValue]
    all_statements: Sequence[StatementRow]
    all_costs: Sequence[CostRow]
    calculation: CalculationRow | None
    recorded: Mapping[UUID, Money]
    """What the register of payments to third parties holds, by partner."""
    changes: Sequence[Change] = ()
    """What was changed since the report was given back last."""

    @property
    def strand(self) -> str:
        """The strand whose cost categories count."""
        return self.agreement.facts.strand

    @cached_property
    def partners(self) -> tuple[PartnerFacts, ...]:
        """Everybody with a budget, in the order of the agreement."""
        return partners_of(self.agreement)

    @cached_property
    def statements(self) -> Mapping[UUID, StatementRow]:
        """Of this report, by partner; who has not begun has none."""
        return {one.partner_id: one for one in self.all_statements if one.period_id == self.row.period_id}

    @cached_property
    def costs(self) -> tuple[CostRow, ...]:
        """Of this report."""
        return tuple(one for one in self.all_costs if one.period_id == self.row.period_id)

    def costs_of(self, partner_id: UUID) -> tuple[CostRow, ...]:
        """Of this report and one partner."""
        return tuple(one for one in self.costs if one.partner_id == partner_id)

    def named(self, partner_id: UUID) -> bool:
        """Whether the office named a partner's statement when it gave the report back last."""
        stored = self.statements.get(partner_id)
        return stored is not None and stored.reopened_at is not None and stored.reopened_at == self.row.returned_at

    def reopened(self, partner_id: UUID) -> bool:
        """Whether a partner's statement was given back and is still with the consortium."""
        return self.row.state is ReportState.RETURNED and self.named(partner_id)

    def opens(self, partner_id: UUID) -> bool:
        """Whether a partner's statement may be changed, as far as the report is the consortium's."""
        stored = self.statements.get(partner_id)
        signed = stored is not None and stored.signed_at is not None
        return is_open(self.row.state, signed=signed, reopened=self.reopened(partner_id))

    @property
    def unchanged(self) -> bool:
        """Whether the report was given back and nothing of it was changed since."""
        return self.row.state is ReportState.RETURNED and not self.changes

    @cached_property
    def targets(self) -> tuple[IndicatorTarget, ...]:
        """Indicators of the agreement."""
        return tuple(IndicatorTarget(one.id, one.title, one.unit, one.target) for one in self.agreement.indicators)

    @cached_property
    def receipts(self) -> Money:
        """What the project earned in the period, over all statements."""
        return Money.total(one.receipts for one in self.statements.values())

    @cached_property
    def summary(self) -> Summary:
        """Planned, used before, claimed, accepted, left: by partner and category."""
        decided = self.row.state in DECIDED
        now = Spent([counted(one) for one in self.costs], [accepted(one) for one in self.costs], decided)
        earlier = [
            [self._counts(one) for one in self.all_costs if one.period == row.number]
            for row in self.others
            if row.number < self.row.number
        ]
        return summarise(self.rules, self.strand, self.partners, budget_of(self.agreement), now, earlier)

    def _counts(self, cost: CostRow) -> Counted:
        """What of another period's cost counts: what was accepted, once that report is decided."""
        state = next(row.state for row in self.others if row.number == cost.period)
        return accepted(cost) if state in DECIDED else counted(cost)

    @cached_property
    def facts(self) -> ReportFacts:
        """What the validator reads."""
        return ReportFacts(
            period=self.row.period,
            project=Project(self.agreement.start_on, self.agreement.end_on),
            strand=self.strand,
            texts=self.texts,
            targets=self.targets,
            values=tuple(self.values),
            statements=tuple(self.statement_facts(partner) for partner in self.partners),
            correct_by=self.row.correct_by if self.row.state is ReportState.RETURNED else None,
            unchanged_since=day_of(self.row.returned_at) if self.unchanged and self.row.returned_at else None,
        )

    def statement_facts(self, partner: PartnerFacts) -> StatementFacts:
        """A partner's statement beside its budget and what it used before."""
        stored, row = self.statements.get(partner.partner_id), self.summary.row(partner.partner_id)
        cells = row.cells if row is not None else {}
        elsewhere = [one for one in self.all_costs if one.period != self.row.number]
        return StatementFacts(
            partner=partner,
            costs=tuple(as_cost(one) for one in self.costs_of(partner.partner_id)),
            budget={name: figures.budget for name, figures in cells.items()},
            used={name: figures.before for name, figures in cells.items()},
            earlier=tuple(as_cost(one) for one in elsewhere if one.partner_id == partner.partner_id),
            certificate=stored is not None and stored.certificate_id is not None,
            signed=stored is not None and stored.signed_at is not None,
            recorded=self.recorded.get(partner.partner_id, NOTHING),
        )

    def support_of(self, partner_id: UUID) -> ClaimedSupport:
        """What a partner claims as support to third parties so far, beside what is recorded."""
        partner = next(one for one in self.partners if one.partner_id == partner_id)
        return claimed_support(self.rules, self.strand, self.statement_facts(partner))

    def certified(self, partner_id: UUID) -> Money:
        """What a partner asks for as actual costs over all periods so far: it decides whether an auditor certifies it."""
        partner = next(one for one in self.partners if one.partner_id == partner_id)
        facts = self.statement_facts(partner)
        return certified(self.rules, self.strand, partner, (*facts.earlier, *facts.costs))

    def findings(self, today: date) -> tuple[Violation, ...]:
        """Everything that the validator says."""
        return check_report(self.rules, self.facts, today=today)

    def findings_of(self, partner_id: UUID, today: date) -> tuple[Violation, ...]:
        """What it says about one statement."""
        place = f"statements/{partner_id}"
        return tuple(one for one in self.findings(today) if one.place.startswith(place))

    @property
    def earlier_states(self) -> Mapping[int, ReportState]:
        """The states of the reports of earlier periods."""
        return {row.number: row.state for row in self.others if row.number < self.row.number}


def report_reading(session: Session, grant_id: UUID, number: int) -> ReportReading:
    """One report by the agreement that it was submitted under, else by the one in force; raise NotFound.

    A constant number of queries.
    """
    rows = reports.reports_of(session, grant_id)
    row = reports.report_row(session, grant_id, number)
    agreement = agreement_of(session, grant_id, row.agreement_version)
    calculations = reports.calculations_of(session, grant_id)
    return ReportReading(
        agreement=agreement,
        rules=rules_of(session, agreement.call_version_id),
        row=row,
        others=rows,
        texts=reports.report_texts(session, row.period_id),
        values=reports.indicator_values(session, row.period_id),
        all_statements=reports.statements_of(session, grant_id),
        all_costs=reports.costs_of(session, grant_id),
        calculation=next((one for one in calculations if one.number == number), None),
        recorded=used_by_partner(session, grant_id),
        changes=changes_since_return(session, row),
    )


def partners_of(agreement: Agreement) -> tuple[PartnerFacts, ...]:
    """The parties as the arithmetic of the budget knows them; associated partners have no budget."""
    forms = {form.value: form for form in LegalForm}
    return tuple(
        PartnerFacts(
            partner_id=party.partner_id,
            organisation_id=party.organisation_id,
            name=party.name,
            role=party.role,
            country=party.country,
            region=party.region,
            legal_form=forms.get(party.legal_form),
        )
        for party in agreement.facts.parties
        if party.role.has_budget
    )


def budget_of(agreement: Agreement) -> Mapping[tuple[UUID, str], Money]:
    """Planned costs by partner and category."""
    return {(line.partner_id, line.category): line.cost for line in agreement.budget}


def counted(cost: CostRow) -> Counted:
    """A cost as it was claimed."""
    return Counted(cost.partner_id, cost.category, cost.amount)


def accepted(cost: CostRow) -> Counted:
    """What of a cost was accepted; nothing while it is open."""
    return Counted(cost.partner_id, cost.category, cost.accepted or NOTHING)


def as_cost(cost: CostRow) -> Cost:
    """A cost as the rules read it."""
    return Cost(
        cost.partner_id,
        cost.number,
        cost.category,
        cost.words,
        cost.first_day,
        cost.last_day,
        cost.amount,
        cost.units,
    )
