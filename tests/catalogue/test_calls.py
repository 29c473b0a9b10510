"""Every call that ships loads, agrees with itself, says where its figures come from and has sample applications."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from app.calls.rules.call_rules import CallRules
from app.calls.rules.document import read_document
from app.calls.rules.eligibility_kinds import Countries, MinimumCountries
from app.calls.rules.origins import figures_without_origin
from app.calls.rules.scenarios import ScenarioFile, read_scenarios
from app.calls.rules.vocabulary import rule_ids
from app.core.money import Money
from app.infra.yaml_documents import YamlDocumentError, read_yaml
from app.reference.queries import list_ids
from tests.builders.calls import ESCP_4X, escp_4x, shipped, shipped_bytes

ROOT = Path(__file__).resolve().parents[2]
CALLS = sorted(
    path.name.removesuffix(".yaml")
    for path in (files("app.calls") / "catalogue").iterdir()
    if path.name.endswith(".yaml") and not path.name.endswith(".scenarios.yaml")
)


def scenarios_of(name: str) -> ScenarioFile:
    document = read_yaml(shipped_bytes(name, ".scenarios"))
    found, mistakes = read_scenarios(document.tree, document.lines, {v.version: v for v in shipped(name).versions})
    assert mistakes == ()
    assert found is not None
    return found


@pytest.mark.parametrize("name", CALLS)
def test_a_shipped_call_is_consistent_and_sourced(name: str) -> None:
    reading = shipped(name)
    assert reading.findings == ()
    for rules in reading.versions:
        assert figures_without_origin(rules) == ()
        assert CallRules.from_plain(rules.plain()) == rules


@pytest.mark.parametrize("name", CALLS)
def test_a_shipped_call_names_lists_of_countries_that_exist(name: str) -> None:
    for rules in shipped(name).versions:
        named = [rule.lists for rule in rules.rules_of(Countries)] + [
            rule.lists for rule in rules.rules_of(MinimumCountries)
        ]
        assert {name for lists in named for name in lists} <= list_ids()


@pytest.mark.parametrize("name", CALLS)
def test_a_shipped_call_has_sample_applications_that_pass_and_that_fail(name: str) -> None:
    found = scenarios_of(name)
    assert any(scenario.findings for scenario in found.scenarios)
    assert any(not scenario.findings for scenario in found.scenarios)
    for ranking in found.rankings:
        placed = (*ranking.main_list, *ranking.reserve_list, *ranking.below_threshold)
        assert sorted(placed) == sorted(entry.name for entry in ranking.entries)
        assert all(found.scenario(entry.scenario) for entry in ranking.entries)


def test_every_rule_id_is_defined_in_one_place() -> None:
    for rule in rule_ids():
        searched = subprocess.run(
            ["git", "grep", "-l", "--untracked", "-F", f'"{rule}"', "--", "app/**.py"],
            cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert len(searched.stdout.split()) == 1, rule


def test_the_main_target_has_the_figures_of_the_deck() -> None:
    first, second = shipped().versions
    assert (first.version, second.version) == ("1.0", "1.1")
    assert second.envelope == Money.parse("3600000")
    targets = [{i.id: i.target for i in rules.form.indicators()}["exchanges"] for rules in (first, second)]
    assert targets == [100, 50]
    assert str(second.timetable.deadline) == "2019-04-04 17:00 Europe/Brussels"
    assert {"evaluation", "form.sections", "timetable.stages.single.deadline"} <= set(second.assumed())


ORIGINAL = shipped_bytes().decode()
SLIPS: list[tuple[str, str, str, str, str]] = [
    # what was slipped, what was written, what is written now, words of the finding, path in the place
    ("key misspelt", "deadline: 2019-04-04", "dedline: 2019-04-04", "did you mean 'deadline'?", "timetable.stages.single.dedline"),
    ("key missing", "  budget_year: 2018\n", "", "'budget_year' is missing", "identity"),
    ("unknown kind", "kind: minimum_countries", "kind: minimum_nations", "is not a kind that is known here", "eligibility"),
    ("no kind", "  - kind: minimum_entities\n    count: 3", "  - count: 3", "Say which kind this is", "eligibility"),
    ("amount with a point in thousands", "maximum: 360000.00", "maximum: 360.000", "is not an amount", "funding.ceilings.project_grant.maximum"),
    ("rate without its sign", "rate: 75 %", "rate: 75", "write it with its sign", "funding.rates.standard.rate"),
    ("rate as a fraction", "rate: 75 %", "rate: 0.75", "write it with its sign", "funding.rates.standard.rate"),
    ("text for a number", "count: 3\n    lists", "count: three\n    lists", "A whole number is expected here, not 'three'", "minimum_countries.count"),
    ("decimal for a number", "min_months: 20", "min_months: 20.5", "A whole number is expected", "duration.min_months"),
    ("number for a word", "rounding: half_up", "rounding: 2", "is not known here", "funding.rounding"),
    ("unknown word", "rounding: half_up", "rounding: bankers", "Known: 'half_up'", "funding.rounding"),
    ("yes for true", "accepts_requested: true", "accepts_requested: yes", "true or false is expected", "accepts_requested"),
    ("one value for a list", "lists: [eu_member_states, cosme]", "lists: cosme", "A list is expected here", "lists"),
    ("day that does not exist", "day: 2019-02-12", "day: 2019-02-30", "is not a day", "timetable.info_days"),
    ("hour that does not exist", "2019-04-04 17:00", "2019-03-31 02:30", "does not exist in Europe/Brussels", "timetable.stages.single.deadline"),
    ("unknown zone", "17:00 Europe/Brussels", "17:00 Europe/Bruxelles", "is not a time zone", "timetable.stages.single.deadline"),
    ("empty text", "place: Online", 'place: ""', "English is missing", "timetable.info_days"),
    ("identifier with spaces", "identifier: COS-CLUSTER", "identifier: COS CLUSTER", "not written the way", "identity.identifier"),
    ("link that is no link", "  budget_year: 2018", "  budget_year: 2018\n  links: [{title: Page, url: 'javascript:alert(1)'}]", "not written the way", "identity.links"),
    ("empty list", "allowed: [cluster_organisation, business_network_organisation]", "allowed: []", "At least 1 must stand here", "organisation_types.allowed"),
    ("unknown organisation type", "allowed: [cluster_organisation,", "allowed: [cluster,", "is not known here", "organisation_types.allowed"),
    ("number out of range", "closed_years: 2", "closed_years: 0", "too small", "selection.financial_capacity.closed_years"),
    ("unknown confidence", "confidence: official}", "confidence: sure}", "is not known here", "provenance"),
    ("source for nothing", "  grant.redress_days:", "  grant.redress_weeks:", "nothing stands there", "provenance"),
    ("corrigendum to nowhere", "exchanges.target: 50", "exchanges.goal: 50", "a place that the call does not have", "corrigenda.1.1.set"),
    ("corrigendum with a wrong value", "exchanges.target: 50", "exchanges.target: many", "A whole number is expected here, not 'many'", "exchanges.target"),
    ("key misspelt inside an indicator", "share_of: exchanges", "shareof: exchanges", "did you mean 'share_of'?", "indicators.exchanges_with_smes.shareof"),
    ("corrigendum without a date", "    date: 2019-01-31\n", "", "'date' is missing", "corrigenda"),
    ("category of the base misspelt", "base: [personnel,", "base: [staff,", "no category with amounts of its own", "funding.cost_categories.indirect.base"),
    ("deadline before opening", "deadline: 2019-04-04", "deadline: 2018-04-04", "not later than", "timetable.stages.single.deadline"),
]  # fmt: skip


def mutated() -> Iterator[tuple[str, bytes, int, str, str]]:
    for slip, written, now, words, path in SLIPS:
        assert written in ORIGINAL, slip
        at = ORIGINAL.index(written)
        line = ORIGINAL[:at].count("\n") + 1
        yield slip, (ORIGINAL[:at] + now + ORIGINAL[at + len(written) :]).encode(), line, words, path


@pytest.mark.parametrize(("slip", "content", "line", "words", "path"), list(mutated()), ids=[slip[0] for slip in SLIPS])
def test_every_slip_is_explained_with_its_place(slip: str, content: bytes, line: int, words: str, path: str) -> None:
    document = read_yaml(content)
    findings = read_document(document.tree, document.lines).findings
    told = [finding for finding in findings if words in finding.text and path in finding.place]
    assert told, f"{slip}: {[str(finding) for finding in findings]}"
    lines = [int(finding.place.split(":")[0].removeprefix("line ")) for finding in told]
    assert any(abs(found - line) <= (12 if "missing" in slip else 3) for found in lines), (
        f"{slip}: line {line}, told {lines}"
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"identity:\n  identifier: A\n  identifier: B\n", "Line 3: the key 'identifier' stands here a second time"),
        (b"a: 1\n\tb: 2\n", "Line 2:"),
        (b"a: [1, 2\n", "Line 2:"),
        (b"a: !!python/object:os.system x\n", "Line 1: the tag"),
        (b"", "empty"),
        (b"a: \xff\n", "Line 1: the file is not encoded in UTF-8"),
        (b"a: &a [1]\nb: [" + b"*a, " * 51 + b"]\n", "too many aliases"),
        (b"a: &a [*a]\n", "too large or nested too deeply"),
        (b"[" * 200 + b"]" * 200, "too large or nested too deeply"),
        (b"x" * 1_000_001, "larger than 1000 kB"),
    ],
)
def test_what_is_no_yaml_is_refused_with_the_line(content: bytes, words: str) -> None:
    with pytest.raises(YamlDocumentError) as refused:
        read_yaml(content)
    assert words in refused.value.message


def test_text_stays_as_written() -> None:
    tree = read_yaml(b"a: 360000.00\nb: 2019-01-08\nc: 007\nd: no\ne: 12\nf: true\ng: ~\nh: '12'\n").tree
    assert tree == {
        "a": "360000.00", "b": "2019-01-08", "c": "007", "d": "no", "e": 12, "f": True, "g": None, "h": "12",
    }  # fmt: skip


def test_a_scenario_that_names_what_is_not_there_is_a_mistake() -> None:
    content = shipped_bytes(ESCP_4X, ".scenarios").decode()
    for written, now, words in [
        ("organisation: paris", "organisation: rome", "organisation 'rome'"),
        ("{personnel: 150000.00}", "{staff: 150000.00}", "cost category 'staff'"),
        ("rule: budget.project_grant_maximum", "rule: budget.too_much", "rule 'budget.too_much'"),
        ("[management_skills, cluster_xchange, outreach]", "[skills]", "activity 'skills'"),
        ('version: "1.0"', 'version: "1.9"', "version '1.9'"),
    ]:
        assert written in content
        document = read_yaml(content.replace(written, now, 1).encode())
        versions = {rules.version: rules for rules in shipped().versions}
        _, mistakes = read_scenarios(document.tree, document.lines, versions)
        assert any(words in mistake.text for mistake in mistakes), words


def test_a_document_that_is_no_mapping_is_refused() -> None:
    reading = read_document(["identity"], {})
    assert (reading.versions, len(reading.findings)) == ((), 1)
    bare = {"identity": {"identifier": "A\x00"}}
    assert "cannot be stored" in read_document(bare, {}).findings[0].text
    assert "decimal" in read_document({"version": 1.5}, {}).findings[0].text


def test_the_version_that_is_read_is_the_one_that_is_hashed() -> None:
    assert escp_4x("1.1").sha256 == shipped().latest.sha256
