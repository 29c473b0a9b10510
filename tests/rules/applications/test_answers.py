"""What the form asks and what is said where an answer does not keep it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.applications.rules.answer_values import read_answers
from app.applications.rules.asked import asked_sections, is_filled, meant
from app.applications.rules.attachments import upload_violations
from app.applications.rules.facts import ApplicationFacts, AttachmentFacts
from app.applications.rules.submission import check_application
from app.calls.rules.call_rules import CallRules
from app.calls.rules.form_kinds import MEGABYTE
from app.core.violations import Severity, Violation
from app.core.words import count_words
from tests.builders.calls import escp_4x
from tests.builders.facts import an_application

RULES = escp_4x()
YES_NO = [{"id": "yes", "title": "Yes"}, {"id": "no", "title": "No"}]
SOME = [{"id": name, "title": name.title()} for name in ("a", "b", "c")]


def rules_of(*fields: dict[str, Any], **section: Any) -> CallRules:
    """The 2018 call with a form of one section."""
    plain = RULES.plain()
    asked = [{"title": field["id"].title(), **field} for field in fields]
    plain["form"]["sections"] = [{"id": "only", "title": "Only", "fields": asked, **section}]
    plain["provenance"] = {"form.sections.only": {"source": "Page 7", "confidence": "official"}}
    return CallRules.from_plain(plain)


def facts_of(rules: CallRules, stored: Mapping[str, Any], **given: Any) -> ApplicationFacts:
    read = read_answers(rules.form, {"only": stored})
    return replace(an_application(rules, **given), answers=read.answers, unreadable=read.findings)


def found_for(field: dict[str, Any], stored: object, **given: Any) -> tuple[Violation, ...]:
    """Findings about one field called ``asked`` with a stored answer."""
    rules = rules_of({"id": "asked", **field})
    return check_application(rules, facts_of(rules, {"asked": stored}, **given))


def texts(found: tuple[Violation, ...]) -> list[str]:
    return [finding.text for finding in found]


TEXT = {"kind": "text", "max_words": 3}


def test_a_required_answer_that_is_missing() -> None:
    (found,) = found_for(TEXT, "")
    assert (found.rule, found.place, found.source) == ("form.required", "section/only/asked", "Page 7")
    assert found.text == "Asked: no answer yet."
    assert found_for({**TEXT, "required": False}, "") == ()
    confirmation = {"kind": "confirmation", "statement": "True."}
    assert texts(found_for(confirmation, stored=False)) == ["Asked: not confirmed yet."]
    assert found_for(confirmation, stored=True) == ()


def test_words_are_counted_to_the_word() -> None:
    assert found_for(TEXT, "one two three") == ()
    (found,) = found_for(TEXT, "one two three four five")
    assert (found.rule, found.text) == ("form.word_limit", "Asked: 5 words, the limit is 3.")
    assert found.figures["over"] == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        (" \n\t ", 0),
        ("one", 1),
        ("one\u00a0two\u3000three", 3),
        ("e-mail isn't two", 3),
        ("a \u2013 b", 3),
        ("Überprüfung Łódź Αθήνα", 3),
        ("zero\u200bwidth", 1),
        ("first\x1csecond\x85third", 1),
        ("\ufefffirst\ufeffsecond", 2),
    ],
)
def test_a_word_is_what_a_browser_calls_a_run_of_non_space(text: str, words: int) -> None:
    assert count_words(text) == words


@given(
    st.lists(st.text(st.characters(categories=["L", "N", "P"]), min_size=1), max_size=30),
    st.sampled_from([" ", "\n", "\u2003"]),
)
def test_joined_words_are_counted_again(words: list[str], space: str) -> None:
    assert count_words(space.join(words)) == len(words)


@pytest.mark.parametrize(
    ("field", "good", "bad", "words"),
    [
        ({"kind": "number", "minimum": 1}, 1, 0, "Asked: 0 is below 1, the least that is accepted."),
        ({"kind": "number", "maximum": 5}, 5, 6, "Asked: 6 is above 5, the most that is accepted."),
        ({"kind": "number"}, -5, None, "Asked: no answer yet."),
        (
            {"kind": "money", "maximum": "5.00"},
            "5.00",
            "5.01",
            "Asked: EUR 5.01 is above EUR 5.00, the most that is accepted.",
        ),
        (
            {"kind": "money", "minimum": "5.00"},
            "5.00",
            "4.99",
            "Asked: EUR 4.99 is below EUR 5.00, the least that is accepted.",
        ),
        ({"kind": "money"}, "0.00", "-0.01", "Asked: EUR -0.01 is below EUR 0.00, the least that is accepted."),
        (
            {"kind": "date"},
            "1999-01-01",
            "soon",
            "Asked: enter a day, a month and a year, such as 4 4 2019 for 4 April 2019.",
        ),
        (
            {"kind": "date", "not_before_deadline": True},
            "2019-04-04",
            "2019-04-03",
            "Asked: 2019-04-03 is before the deadline, 2019-04-04.",
        ),
        ({"kind": "choice", "options": YES_NO}, "yes", "maybe", "Asked: 'maybe' is not among the options."),
        ({"kind": "multi_choice", "options": SOME}, ["a"], ["a", "z"], "Asked: 'z' is not among the options."),
        (
            {"kind": "multi_choice", "options": SOME, "minimum": 2, "maximum": 2},
            ["a", "b"],
            ["a"],
            "Asked: 1 chosen, at least 2 are needed.",
        ),
        (
            {"kind": "multi_choice", "options": SOME, "maximum": 2},
            ["a", "b"],
            ["a", "b", "c"],
            "Asked: 3 chosen, at most 2 are accepted.",
        ),
    ],
)
def test_limits_of_single_answers(field: dict[str, Any], good: object, bad: object, words: str) -> None:
    assert found_for(field, good) == ()
    assert texts(found_for(field, bad)) == [words]


def test_the_duration_has_its_limits_among_the_ceilings() -> None:
    field = {"kind": "number", "meaning": "duration"}
    for months, right in ((19, False), (20, True), (24, True), (25, False)):
        found = found_for(field, months)
        assert (found == ()) is right
    assert found[0].rule == "budget.duration"
    assert found[0].text == "The project lasts 25 months; the call funds 20 to 24."


def test_rows_of_a_table() -> None:
    columns = [
        {"id": "name", "title": "Name", "max_words": 2},
        {"id": "month", "title": "Month", "kind": "number", "required": False},
    ]
    table = {"kind": "table", "columns": columns, "min_rows": 2, "max_rows": 2}
    row = {"name": "Plan", "month": 3}
    assert found_for(table, [row, {"name": "Visits"}]) == ()
    assert texts(found_for(table, [row])) == ["Asked: 1 of at least 2 rows."]
    assert texts(found_for(table, [row] * 3)) == ["Asked: 3 rows, the limit is 2."]
    assert texts(found_for(table, [{"month": 3}, {"name": "far too many"}])) == [
        "Asked, row 1: Name is missing.",
        "Asked, row 2, Name: 3 words, the limit is 2.",
    ]
    assert found_for({**table, "required": False}, []) == ()


def test_activities_mandatory_optional_and_unknown() -> None:
    field = {"kind": "activities", "max_words": 2}
    planned = {"management_skills": "Train", "cluster_xchange": "Visit", "outreach": "Tell"}
    assert found_for(field, planned) == ()
    (found,) = found_for(field, planned | {"outreach": " "})
    assert (found.rule, found.text) == (
        "eligibility.required_activities",
        "Mandatory activity without a plan: Outreach and awareness raising.",
    )
    assert [one.rule for one in found_for(field, None)] == ["eligibility.required_activities"] * 3
    more = planned | {"joint_activities": "", "parties": "Dance", "outreach": "one two three"}
    assert set(texts(found_for(field, more))) == {
        "Asked: Joint activities is chosen but has no plan.",
        "Asked: the call has no activity 'parties'.",
        "Outreach and awareness raising: 3 words, the limit is 2.",
    }


def test_targets_of_indicators() -> None:
    indicators = [
        {"id": "visits", "title": "Visits", "unit": "visits", "target": 50},
        {"id": "sme", "title": "With SMEs", "unit": "visits", "share_of": "visits", "minimum_share": "50 %"},
    ]
    field = {"kind": "indicators", "indicators": indicators}
    assert found_for(field, {"visits": 51, "sme": 26}) == ()
    assert texts(found_for(field, {"visits": 51, "sme": 25})) == ["With SMEs: 25, at least 50 % of 51 (Visits) is 26."]
    assert texts(found_for(field, {"visits": 49, "sme": -1})) == [
        "Visits: 49, the call asks for at least 50.",
        "With SMEs: -1, the call asks for at least 0.",
        "With SMEs: -1, at least 50 % of 49 (Visits) is 25.",
    ]
    assert texts(found_for(field, {"sme": 1})) == ["Visits: no target yet."]
    assert found_for({**field, "required": False}, {"sme": 1}) == ()


def a_document(pages: int = 5, size: int = 2 * MEGABYTE) -> tuple[AttachmentFacts, ...]:
    return (AttachmentFacts("asked", "part-b.pdf", pages=pages, size=size, sha256="0" * 64),)


def test_documents_missing_too_large_too_long() -> None:
    field = {"kind": "file", "max_pages": 5, "max_bytes": 2 * MEGABYTE}
    assert found_for(field, None, attachments=a_document()) == ()
    (found,) = found_for(field, None, attachments=())
    assert (found.rule, found.place) == ("form.required", "attachments/asked")
    assert found_for({**field, "required": False}, None, attachments=()) == ()
    (found,) = found_for(field, None, attachments=a_document(size=2 * MEGABYTE + 1))
    assert (found.rule, found.text) == ("form.file_limits", "Asked: 2.1 MB, the limit is 2.0 MB.")
    (found,) = found_for(field, None, attachments=a_document(pages=8))
    assert (found.rule, found.severity) == ("form.page_limit", Severity.WARNING)
    assert found.text == "Asked: 8 pages, the limit is 5. The last 3 will be marked and disregarded."
    assert found_for({"kind": "file"}, None, attachments=a_document(pages=500)) == ()


def test_what_may_be_uploaded() -> None:
    assert upload_violations(RULES, "part_b", 10_000_000) == ()
    assert [one.rule for one in upload_violations(RULES, "part_b", 10_000_001)] == ["form.file_limits"]
    for field in ("abstract", "part_c"):
        assert [one.rule for one in upload_violations(RULES, field, 1)] == ["attachments.unknown_field"]


def asked_ids(rules: CallRules, stored: Mapping[str, Any], **given: Any) -> list[str]:
    facts = facts_of(rules, stored, **given)
    return [field.id for asked in asked_sections(rules, facts) for field in asked.fields]


@pytest.mark.parametrize(
    ("first", "condition", "answer", "asked"),
    [
        ({"kind": "choice", "options": YES_NO}, {"is": "equal", "value": "yes"}, "yes", True),
        ({"kind": "choice", "options": YES_NO}, {"is": "equal", "value": "yes"}, "no", False),
        ({"kind": "choice", "options": YES_NO}, {"is": "equal", "value": "yes"}, None, False),
        ({"kind": "choice", "options": YES_NO}, {"is": "not_equal", "value": "yes"}, "no", True),
        ({"kind": "choice", "options": YES_NO}, {"is": "not_equal", "value": "yes"}, "yes", False),
        ({"kind": "choice", "options": YES_NO}, {"is": "one_of", "value": ["yes", "no"]}, "no", True),
        ({"kind": "multi_choice", "options": SOME}, {"is": "one_of", "value": ["c"]}, ["a", "c"], True),
        ({"kind": "multi_choice", "options": SOME}, {"is": "one_of", "value": ["c"]}, ["a"], False),
        ({"kind": "multi_choice", "options": SOME}, {"is": "equal", "value": "a"}, ["a", "b"], True),
        ({"kind": "multi_choice", "options": SOME}, {"is": "one_of", "value": "a"}, ["a"], False),
        ({"kind": "number"}, {"is": "equal", "value": 1}, 1, True),
        ({"kind": "number"}, {"is": "filled"}, 0, True),
        ({"kind": "money"}, {"is": "filled"}, "0.00", True),
        ({"kind": "number"}, {"is": "filled"}, None, False),
        ({"kind": "number"}, {"is": "empty"}, None, True),
        ({"kind": "confirmation", "statement": "So."}, {"is": "equal", "value": 1}, True, False),
        ({"kind": "confirmation", "statement": "So."}, {"is": "equal", "value": True}, True, True),
        ({"kind": "confirmation", "statement": "So."}, {"is": "filled"}, False, False),
        ({"kind": "file"}, {"is": "filled"}, None, True),
    ],
)
def test_conditions(first: dict[str, Any], condition: dict[str, Any], answer: object, asked: bool) -> None:  # noqa: FBT001
    second = {"id": "second", "kind": "number", "condition": {"field": "asked", **condition}}
    rules = rules_of({"id": "asked", **first}, second)
    attached = a_document() if first["kind"] == "file" else ()
    assert ("second" in asked_ids(rules, {"asked": answer}, attachments=attached)) is asked


def test_what_is_not_asked_decides_nothing_and_is_not_checked() -> None:
    rules = rules_of(
        {"id": "first", "kind": "choice", "options": YES_NO},
        {
            "id": "second",
            "kind": "choice",
            "options": YES_NO,
            "condition": {"field": "first", "is": "equal", "value": "yes"},
        },
        {"id": "third", **TEXT, "condition": {"field": "second", "is": "equal", "value": "yes"}},
    )
    assert asked_ids(rules, {"first": "yes", "second": "yes"}) == ["first", "second", "third"]
    assert asked_ids(rules, {"first": "no", "second": "yes"}) == ["first"]
    assert (
        check_application(rules, facts_of(rules, {"first": "no", "second": "nonsense", "third": "far too many words"}))
        == ()
    )


def test_sections_by_condition_and_stage_and_fields_by_strand() -> None:
    rules = rules_of({"id": "asked", **TEXT, "strands": ["other"]}, {"id": "also", **TEXT})
    assert asked_ids(rules, {}) == ["also"]
    assert asked_ids(rules_of({"id": "asked", **TEXT, "strands": ["other"]}), {}) == []
    assert asked_ids(rules_of({"id": "asked", **TEXT}, stages=["full"]), {}) == []
    assert asked_ids(rules_of({"id": "asked", **TEXT}, stages=["single"]), {}) == ["asked"]
    assert asked_ids(rules_of({"id": "asked", **TEXT}, condition={"field": "before", "is": "filled"}), {}) == []


def test_facts_are_found_by_their_meaning() -> None:
    rules = rules_of({"id": "name", "kind": "text", "max_words": 3, "meaning": "acronym"})
    facts = facts_of(rules, {"name": "CIRCTEX"})
    assert meant(rules, facts, "acronym") == "CIRCTEX"
    assert meant(rules, facts, "title") is None


def test_what_counts_as_begun() -> None:
    facts = an_application(RULES)
    fields = {field.id: field for _, field in RULES.form.fields()}
    assert is_filled(fields["part_b"], facts)
    assert is_filled(fields["partners"], facts)
    assert is_filled(fields["costs"], facts)
    empty = replace(facts, attachments=(), partners=facts.partners[:1], lines=(), answers={"honour": False})
    assert not any(is_filled(field, empty) for field in fields.values())
