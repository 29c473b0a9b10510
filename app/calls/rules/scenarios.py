"""Sample applications to a call with what must come of them: the tests that a call ships with.

``partners`` name an organisation of the file. Costs are what the partner enters; computed
categories are left out. The requested grant is what the rates yield minus the own funding.
``findings`` are complete for eligibility, budget and indicators: another one is a failure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from app.calls.rules.call_rules import CallRules
from app.calls.rules.eligibility_kinds import RequiredActivities
from app.calls.rules.funding_kinds import FlatRateCosts
from app.calls.rules.identity import VersionNumber
from app.calls.rules.mistakes import Lines, validated
from app.calls.rules.values import Amount, Count, Part, Points, Slug, Words
from app.calls.rules.vocabulary import rule_ids
from app.core.violations import Severity, Violation
from app.organisations.rules.types import LegalForm, OrganisationType, PlatformState

RuleId = Annotated[str, StringConstraints(pattern=r"^[a-z_]+\.[a-z_]+$")]


class SampleOrganisation(Part):
    """An organisation that sample applications can name."""

    id: Slug
    name: str
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    region: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}[A-Z0-9]{2}$")] | None = None
    type: OrganisationType
    legal_form: LegalForm = LegalForm.NON_PROFIT
    sme: bool | None = None
    registration: PlatformState = PlatformState.REGISTERED


class SamplePartner(Part):
    """A partner of a sample application with the costs it enters.

    ``own_funding`` is what it leaves unclaimed of the grant that its costs would allow.
    """

    organisation: Slug
    role: Literal["coordinator", "partner", "affiliated", "associated"] = "partner"
    costs: dict[Slug, Amount] = Field(default_factory=dict)
    own_funding: Amount | None = None


class ExpectedFinding(Part):
    """A rule that must be found not to hold."""

    rule: RuleId
    severity: Severity = Severity.BLOCKING


class ExpectedTotals(Part):
    """What the budget must come to; None is not looked at."""

    eligible_costs: Amount | None = None
    indirect_costs: Amount | None = None
    grant_by_rates: Amount | None = None
    requested_grant: Amount | None = None
    prefinancing: Amount | None = None


class Scenario(Part):
    """One sample application."""

    id: Slug
    title: Words
    oracle: str | None = Field(default=None, description="The worked example that it restates, such as W-04.")
    version: VersionNumber | None = Field(default=None, description="None means the latest version.")
    strand: Slug | None = Field(default=None, description="None means the only strand.")
    duration_months: Count | None = None
    partners: tuple[SamplePartner, ...] = Field(min_length=1)
    activities: tuple[Slug, ...] = ()
    indicators: dict[Slug, Count] = Field(default_factory=dict)
    findings: tuple[ExpectedFinding, ...] = ()
    totals: ExpectedTotals = ExpectedTotals()


class RankedSample(Part):
    """A sample application with the points of its consensus report."""

    name: Slug
    scenario: Slug
    scores: dict[Slug, Points]


class ExpectedRanking(Part):
    """A panel's list of sample applications, and where each must end."""

    id: Slug
    title: Words
    oracle: str | None = None
    entries: tuple[RankedSample, ...] = Field(min_length=1)
    main_list: tuple[Slug, ...] = ()
    reserve_list: tuple[Slug, ...] = ()
    below_threshold: tuple[Slug, ...] = ()
    left_over: Amount | None = None


class ScenarioFile(Part):
    """All sample applications of one call."""

    call: str
    organisations: tuple[SampleOrganisation, ...] = ()
    scenarios: tuple[Scenario, ...] = Field(min_length=1)
    rankings: tuple[ExpectedRanking, ...] = ()

    def organisation(self, organisation_id: str) -> SampleOrganisation:
        """The organisation of that id; raise KeyError where there is none."""
        for organisation in self.organisations:
            if organisation.id == organisation_id:
                return organisation
        raise KeyError(organisation_id)

    def scenario(self, scenario_id: str) -> Scenario:
        """The scenario of that id; raise KeyError where there is none."""
        for scenario in self.scenarios:
            if scenario.id == scenario_id:
                return scenario
        raise KeyError(scenario_id)


def read_scenarios(
    tree: object, lines: Lines, versions: Mapping[str, CallRules]
) -> tuple[ScenarioFile | None, tuple[Violation, ...]]:
    """The scenarios of a parsed file and every mistake; ``versions`` are the call's, by number, oldest first."""
    found, mistakes = validated(ScenarioFile, tree, lines, ())
    if found is None:
        return None, mistakes
    return found, tuple(mistake for scenario in found.scenarios for mistake in _mistakes(found, scenario, versions))


def _mistakes(file: ScenarioFile, scenario: Scenario, versions: Mapping[str, CallRules]) -> list[Violation]:
    """Names in a scenario that mean nothing in its file or its call."""
    rules = versions.get(scenario.version) if scenario.version else list(versions.values())[-1]
    if rules is None:
        return [_unknown(scenario, "version", str(scenario.version))]
    organisations = {organisation.id for organisation in file.organisations}
    entered = {c.id for c in rules.funding.cost_categories if not isinstance(c, FlatRateCosts)}
    required = rules.rule_of(RequiredActivities)
    activities = {a.id for a in (*required.mandatory, *required.optional)} if required else set()
    indicators = {indicator.id for indicator in rules.form.indicators()}
    named = [
        *(("organisation", partner.organisation, organisations) for partner in scenario.partners),
        *(("cost category", name, entered) for partner in scenario.partners for name in partner.costs),
        *(("activity", name, activities) for name in scenario.activities),
        *(("indicator", name, indicators) for name in scenario.indicators),
        *(("rule", finding.rule, rule_ids()) for finding in scenario.findings),
    ]
    return [_unknown(scenario, what, name) for what, name, known in named if name not in known]


def _unknown(scenario: Scenario, what: str, name: str) -> Violation:
    words = "The scenario names the {what} '{name}', which is not known."
    return Violation("scenario.unknown_name", words, f"scenarios.{scenario.id}", {"what": what, "name": name})
