"""Stored answers are read to exact values, or refused at their place."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.applications.rules.answer_values import UnreadableError, answer_violations, read_answer, read_answers
from app.calls.rules.form_kinds import (
    ActivitiesField,
    BudgetField,
    ChoiceField,
    Column,
    ConfirmationField,
    DateField,
    FileField,
    FormField,
    Indicator,
    IndicatorsField,
    MoneyField,
    MultiChoiceField,
    NumberField,
    Option,
    PartnershipField,
    TableField,
    TextField,
)
from app.calls.rules.values import Words
from app.core.canonical import canonical_json
from app.core.money import Money
from tests.builders.calls import escp_4x
from tests.builders.facts import ANSWERS

TITLE = Words("Question")
OPTIONS = (Option(id="a", title=TITLE), Option(id="b", title=TITLE))
COLUMNS = tuple(Column(id=kind, title=TITLE, kind=kind) for kind in ("text", "number", "money", "date"))
FIELDS: dict[str, FormField] = {
    "text": TextField(id="text", title=TITLE, max_words=5),
    "number": NumberField(id="number", title=TITLE),
    "money": MoneyField(id="money", title=TITLE),
    "date": DateField(id="date", title=TITLE),
    "choice": ChoiceField(id="choice", title=TITLE, options=OPTIONS),
    "multi_choice": MultiChoiceField(id="multi_choice", title=TITLE, options=OPTIONS),
    "table": TableField(id="table", title=TITLE, columns=COLUMNS),
    "confirmation": ConfirmationField(id="confirmation", title=TITLE, statement=TITLE),
    "activities": ActivitiesField(id="activities", title=TITLE),
    "indicators": IndicatorsField(
        id="indicators", title=TITLE, indicators=(Indicator(id="visits", title=TITLE, unit=TITLE),)
    ),
    "file": FileField(id="file", title=TITLE),
    "partnership": PartnershipField(id="partnership", title=TITLE),
    "budget": BudgetField(id="budget", title=TITLE),
}
LONG_NUMBER = 10**12 + 1


@pytest.mark.parametrize(
    ("kind", "stored", "value"),
    [
        ("text", " Words \n", "Words"),
        ("choice", "a", "a"),
        ("number", 24, 24),
        ("number", " -24 ", -24),
        ("money", {"amount": "1234.50", "currency": "EUR"}, Money(123450)),
        ("money", "1 234,50", Money(123450)),
        ("money", 12, Money(1200)),
        ("date", "2020-02-29", date(2020, 2, 29)),
        ("multi_choice", ["b", "a", "b"], ("b", "a")),
        ("confirmation", True, True),
        ("confirmation", False, False),
        ("activities", {"visits": None, "talks": "Plan"}, {"visits": "", "talks": "Plan"}),
        ("indicators", {"visits": "50", "talks": "", "labels": None}, {"visits": 50}),
        (
            "table",
            [
                {"text": " A ", "number": "1", "money": "2.50", "date": "2020-01-01"},
                {"text": "", "number": None},
                {"number": 0},
            ],
            ({"text": "A", "number": 1, "money": Money(250), "date": date(2020, 1, 1)}, {"number": 0}),
        ),
    ],
)
def test_what_is_stored_and_what_it_means(kind: str, stored: object, value: object) -> None:
    assert read_answer(FIELDS[kind], stored) == value


@pytest.mark.parametrize("kind", list(FIELDS))
@pytest.mark.parametrize("nothing", [None, "", [], {}])
def test_nothing_is_no_answer(kind: str, nothing: object) -> None:
    assert read_answer(FIELDS[kind], nothing) is None


@pytest.mark.parametrize(
    ("kind", "blank"),
    [("text", "  "), ("table", [{"text": ""}]), ("indicators", {"visits": ""})],
)
def test_blanks_are_no_answer(kind: str, blank: object) -> None:
    assert read_answer(FIELDS[kind], blank) is None


@pytest.mark.parametrize(
    ("kind", "stored"),
    [
        ("text", 5),
        ("text", "null\x00character"),
        ("text", "half \ud83d"),
        ("number", "24.5"),
        ("number", "twenty"),
        ("number", "٢٤"),
        ("number", True),
        ("number", 2.0),
        ("number", LONG_NUMBER),
        ("money", "1.234"),
        ("money", {"amount": "1.00", "currency": "USD"}),
        ("money", {"amount": "1.00"}),
        ("money", True),
        ("money", 1.5),
        ("date", "2019-02-29"),
        ("date", "4 April 2019"),
        ("date", 20190404),
        ("choice", ["a"]),
        ("multi_choice", "a"),
        ("multi_choice", [1]),
        ("table", {"text": "A"}),
        ("table", ["A"]),
        ("table", [{"colour": "red"}]),
        ("table", [{"number": "many"}]),
        ("confirmation", "yes"),
        ("activities", ["visits"]),
        ("activities", {"visits": 5}),
        ("indicators", {"visits": "many"}),
        ("indicators", {5: 5}),
        ("file", "part-b.pdf"),
        ("partnership", [1]),
        ("budget", [1]),
    ],
)
def test_what_has_not_the_form_of_its_field(kind: str, stored: object) -> None:
    with pytest.raises(UnreadableError):
        read_answer(FIELDS[kind], stored)


def test_every_unreadable_answer_is_named_and_the_others_are_kept() -> None:
    rules = escp_4x()
    stored = {**ANSWERS, "general": {**ANSWERS["general"], "duration_months": "long", "start_date": "soon"}}
    read = read_answers(rules.form, stored)
    assert [(finding.rule, finding.place) for finding in read.findings] == [
        ("form.unreadable", "section/general/duration_months"),
        ("form.unreadable", "section/general/start_date"),
    ]
    assert read.findings[0].text == "Duration: enter a whole number, such as 24."
    assert read.answers["acronym"] == "CIRCTEX-2"
    assert "duration_months" not in read.answers


def test_what_may_be_saved_in_a_section() -> None:
    section = escp_4x().form.section("budget")
    assert answer_violations(section, {"third_party_support": "By country."}) == ()
    found = answer_violations(section, {"value_for_money": 7, "costs": {}, "colour": "red"})
    assert [(finding.rule, finding.place) for finding in found] == [
        ("form.unreadable", "section/budget/value_for_money"),
        ("form.unknown_field", "section/budget"),
        ("form.unknown_field", "section/budget"),
    ]


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(st.sampled_from(list(FIELDS)), json_values)
def test_any_json_is_read_or_refused_and_reads_again_from_its_canonical_form(kind: str, stored: object) -> None:
    try:
        value = read_answer(FIELDS[kind], stored)
    except UnreadableError:
        return
    again = json.loads(canonical_json(list(value) if isinstance(value, tuple) else value))
    assert read_answer(FIELDS[kind], again) == value
