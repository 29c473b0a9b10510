"""One validator with three callers, and deadlines to the microsecond."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.applications.rules.facts import ApplicationFacts, OtherApplication, OwnFunding
from app.applications.rules.progress import SectionState, complete, part_is_done, section_progress
from app.applications.rules.submission import (
    check_application,
    check_field,
    check_section,
    deadline_violations,
    opening_violations,
)
from app.calls.rules.call_rules import CallRules
from app.core.money import Money
from app.partnerships.rules.facts import PartnerFacts, PartnerRole
from tests.builders.calls import escp_4x, rules_with
from tests.builders.facts import CONSORTIUM, DUNAV, FILO, NORTE, a_line, a_partner, an_application

RULES = escp_4x()
MICROSECOND = timedelta(microseconds=1)
DEADLINE = datetime(2019, 4, 4, 15, 0, tzinfo=UTC)


def broken() -> ApplicationFacts:
    """A wrong answer in every section."""
    answers = {
        "general": {"duration_months": 30, "start_date": "soon", "acronym": ""},
        "partnership": {"earlier_partnership": "perhaps"},
        "activities": {"planned_activities": {"cluster_xchange": "Visit."}},
        "results": {"indicators": {"exchanges": 49}},
        "declarations": {"honour": False},
    }
    return an_application(
        RULES,
        answers,
        partners=CONSORTIUM[:2],
        lines=(a_line(NORTE, "third_parties", "360 000.01"), a_line(FILO, "personnel", "1.00")),
        attachments=(),
    )


def test_everything_is_found_at_once_with_its_place() -> None:
    facts = broken()
    found = [(finding.rule, finding.place) for finding in check_application(RULES, facts)]
    assert found == [
        ("form.required", "section/general/acronym"),
        ("budget.duration", "section/general/duration_months"),
        ("form.unreadable", "section/general/start_date"),
        ("eligibility.minimum_entities", "partnership"),
        ("eligibility.minimum_countries", "partnership"),
        ("eligibility.member_in_region_category", "partnership"),
        ("form.unknown_choice", "section/partnership/earlier_partnership"),
        ("eligibility.required_activities", "section/activities/planned_activities"),
        ("eligibility.required_activities", "section/activities/planned_activities"),
        ("form.indicator_target", "section/results/indicators"),
        *[("form.required", "section/results/indicators")] * 4,
        ("budget.project_grant_maximum", "budget"),
        ("form.required", "attachments/part_b"),
        ("form.required", "section/declarations/honour"),
    ]


def test_field_section_and_submission_say_the_same() -> None:
    facts = broken()
    whole = check_application(RULES, facts)
    sections = tuple(one for section in RULES.form.sections for one in check_section(RULES, facts, section.id))
    fields = tuple(one for _, field in RULES.form.fields() for one in check_field(RULES, facts, field.id))
    assert whole == sections == fields
    assert check_section(RULES, facts, "unknown") == check_field(RULES, facts, "other_sector") == ()


def test_the_cap_to_the_cent_through_the_one_validator() -> None:
    other = [a_line(partner, "third_parties", "1.00") for partner in CONSORTIUM]
    exact = an_application(RULES, lines=(*other, a_line(NORTE, "third_parties", "359 997.00")))
    assert check_application(RULES, exact) == ()
    over = replace(exact, lines=(*exact.lines, a_line(NORTE, "third_parties", "0.01")))
    (found,) = check_application(RULES, over)
    assert "EUR 360,000.01" in found.text
    assert "EUR 360,000.00" in found.text


def progress(**given: object) -> dict[str, SectionState]:
    return {line.section.id: line.state for line in section_progress(RULES, an_application(RULES, **given))}


def test_the_task_list() -> None:
    assert set(progress().values()) == {SectionState.COMPLETE}
    bare = an_application(RULES, answers={}, partners=CONSORTIUM[:1], lines=(), attachments=())
    lines = section_progress(RULES, replace(bare, answers={}))
    assert {line.state for line in lines} == {SectionState.NOT_STARTED}
    assert all(line.findings for line in lines)
    assert progress(answers={"general": {"acronym": ""}})["general"] is SectionState.IN_PROGRESS
    assert progress(answers={"general": {"duration_months": 9}})["general"] is SectionState.WITH_FINDINGS
    assert progress(lines=())["budget"] is SectionState.IN_PROGRESS
    unreadable = replace(an_application(RULES, {"results": {"lasting_effect": 5}}), answers={})
    state = {line.section.id: line.state for line in section_progress(RULES, unreadable)}["results"]
    assert state is SectionState.WITH_FINDINGS


def test_a_part_is_done_when_its_costs_are_saved_and_no_finding_that_stops_is_about_it() -> None:
    def done(partner: PartnerFacts, facts: ApplicationFacts) -> bool:
        return part_is_done(section_progress(RULES, facts), facts, {partner.partner_id})

    saved = tuple(OwnFunding(one.partner_id, Money.zero()) for one in CONSORTIUM)
    full = an_application(RULES, own_funding=saved)
    assert all(done(partner, full) for partner in CONSORTIUM)
    assert complete(section_progress(RULES, full)) == len(section_progress(RULES, full))
    assert not done(DUNAV, replace(full, own_funding=saved[:2]))
    stranger = a_partner("Stranger", "FR")
    assert not done(stranger, full)
    barred = replace(FILO, country="US", region="")
    with_barred = replace(full, partners=(NORTE, barred, DUNAV))
    assert not done(barred, with_barred)
    assert done(DUNAV, with_barred)
    helper = replace(FILO, role=PartnerRole.ASSOCIATED)
    lines = tuple(line for line in full.lines if line.partner_id != FILO.partner_id)
    assert done(helper, replace(full, partners=(NORTE, helper, DUNAV), lines=lines, own_funding=saved[::2]))


def rules_for_one_application(*, maximum: int = 1, as_coordinator_only: bool = False) -> CallRules:
    plain = RULES.plain()
    kind = {"kind": "one_application_per_organisation", "maximum": maximum, "as_coordinator_only": as_coordinator_only}
    plain["eligibility"].append(kind)
    return CallRules.from_plain(plain)


def test_one_application_per_organisation() -> None:
    others = tuple(
        OtherApplication(partner.organisation_id, f"X/{number}", as_coordinator=coordinator)
        for number, (partner, coordinator) in enumerate([(FILO, False), (NORTE, True), (NORTE, False)])
    )
    facts = an_application(RULES, other_applications=others)
    assert check_application(RULES, facts) == ()
    found = check_application(rules_for_one_application(), facts)
    assert [finding.text for finding in found] == [
        "Norte Têxtil takes part in 3 applications to this call, at most 1 may be: X/1, X/2.",
        "Filo Rete takes part in 2 applications to this call, at most 1 may be: X/0.",
    ]
    assert found[0].place == f"partnership/{NORTE.partner_id}"
    assert len(check_application(rules_for_one_application(maximum=2), facts)) == 1
    (found_one,) = check_application(rules_for_one_application(as_coordinator_only=True), facts)
    assert found_one.text == "Norte Têxtil coordinates 2 applications to this call, at most 1 may be: X/1."
    associated = replace(facts, partners=(NORTE, replace(FILO, role=PartnerRole.ASSOCIATED), DUNAV))
    named = [
        one.text for one in check_application(rules_for_one_application(), associated) if "takes part in" in one.text
    ]
    assert len(named) == 1


def rules_closing(local: str) -> CallRules:
    year = int(local[:4])
    return rules_with(
        {
            "timetable.stages.single.deadline": local,
            "timetable.opening": f"{year - 1}-01-08 00:00",
            "timetable.publication": f"{year - 1}-01-08",
        }
    )


@pytest.mark.parametrize(
    ("local", "instant"),
    [
        ("2019-04-04 17:00 Europe/Brussels", DEADLINE),
        ("2020-02-29 17:00 Europe/Brussels", datetime(2020, 2, 29, 16, 0, tzinfo=UTC)),
        ("2020-03-29 01:59:59 Europe/Brussels", datetime(2020, 3, 29, 0, 59, 59, tzinfo=UTC)),
        ("2020-03-29 03:00 Europe/Brussels", datetime(2020, 3, 29, 1, 0, tzinfo=UTC)),
        ("2020-10-25 02:30 Europe/Brussels", datetime(2020, 10, 25, 0, 30, tzinfo=UTC)),
        ("2020-10-25 03:00 Europe/Brussels", datetime(2020, 10, 25, 2, 0, tzinfo=UTC)),
    ],
)
def test_the_instant_itself_is_in_time_and_a_microsecond_later_is_late(local: str, instant: datetime) -> None:
    rules = rules_closing(local)
    assert deadline_violations(rules, "single", instant - MICROSECOND) == ()
    assert deadline_violations(rules, "single", instant) == ()
    (late,) = deadline_violations(rules, "single", instant + MICROSECOND)
    assert late.rule == "application.late"
    assert local in late.text
    assert late.text.endswith(".000001.")
    [later] = deadline_violations(RULES, "single", DEADLINE + timedelta(seconds=1, microseconds=7))
    assert later.text.endswith("This was received on 2019-04-04 17:00:01.")


def test_the_second_half_past_two_of_the_autumn_night_is_late() -> None:
    rules = rules_closing("2020-10-25 02:30 Europe/Brussels")
    an_hour_later = datetime(2020, 10, 25, 1, 30, tzinfo=UTC)
    assert deadline_violations(rules, "single", an_hour_later) != ()


def test_a_time_that_the_spring_night_skips_is_no_deadline() -> None:
    with pytest.raises(ValueError, match="does not exist"):
        rules_closing("2020-03-29 02:30 Europe/Brussels")


@given(st.timedeltas(timedelta(days=-90), timedelta(days=90)))
def test_late_is_whatever_comes_after(offset: timedelta) -> None:
    assert bool(deadline_violations(RULES, "single", DEADLINE + offset)) is (offset > timedelta(0))


def test_nothing_begins_before_the_opening_or_after_the_deadline() -> None:
    opening = RULES.timetable.opens_at
    (early,) = opening_violations(RULES, "single", opening - MICROSECOND)
    assert (early.rule, early.text) == (
        "application.not_open_yet",
        "The call opens on 2019-01-08 00:00 Europe/Brussels.",
    )
    assert opening_violations(RULES, "single", opening) == ()
    assert [found.rule for found in opening_violations(RULES, "single", DEADLINE + MICROSECOND)] == ["application.late"]


def test_a_call_without_money_has_no_budget_to_check() -> None:
    facts = an_application(RULES, lines=())
    sections = [section for section in RULES.plain()["form"]["sections"] if section["id"] != "budget"]
    rules = rules_with({"form.sections": sections})
    assert check_application(rules, facts) == ()
    assert Money.total(line.amount for line in facts.lines) == Money.zero()
