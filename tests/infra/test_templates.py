from __future__ import annotations

from datetime import UTC, date, datetime

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from app.core.money import Money
from app.core.rates import Rate
from app.infra.printing import printed
from app.infra.templates import LANGUAGES, environment, figure_text, instant_text, locale_of, money_text

DEADLINE = datetime(2019, 4, 4, 15, tzinfo=UTC)


def made(source: str, language: str = "en", **context: object) -> str:
    return environment(language).from_string(source).render(context)


def test_money_reads_as_each_country_writes_it() -> None:
    amount = Money(36_000_050)
    assert made("{{ m|money }}", m=amount) == "EUR\u00a0360,000.50"
    assert made("{{ m|money(False) }}", m=amount) == "360,000.50"
    assert made("{{ m|money }}", "de", m=amount) == "EUR\u00a0360.000,50"
    assert made("{{ m|money(False) }}", "fr", m=amount) == "360\u202f000,50"
    assert made("{{ m|money }}", m=Money(-5)) == "EUR\u00a0-0.05"


@given(st.integers(-(10**15), 10**15), st.sampled_from(LANGUAGES))
def test_no_cent_is_lost_on_the_way_to_the_page(cents: int, language: str) -> None:
    text = money_text(Money(cents), locale_of(language), with_currency=False)
    digits = "".join(letter for letter in text if letter.isdigit())
    assert int(digits) == abs(cents)
    assert text.startswith("-") is (cents < 0)


def test_days_and_instants_are_written_out_in_the_zone() -> None:
    assert made("{{ d|day }}", d=date(2019, 4, 4)) == "4 April 2019"
    assert made("{{ d|day(weekday=True) }}", d=date(2019, 4, 4)) == "Thursday 4 April 2019"
    assert made("{{ d|day }}", "fr", d=date(2019, 4, 4)) == "4 avril 2019"
    assert made("{{ d|day }}", "de", d=date(2019, 4, 4)) == "4. April 2019"
    assert made("{{ i|instant }}", "de", i=DEADLINE) == "4. April 2019, 17:00"
    assert made("{{ i|instant }}", i=DEADLINE) == "4 April 2019, 17:00"
    assert made("{{ i|instant('UTC', weekday=True, seconds=True) }}", i=DEADLINE) == "Thursday 4 April 2019, 15:00:00"
    assert made("{{ i|instant }}", i=datetime(2019, 1, 4, 16, tzinfo=UTC)) == "4 January 2019, 17:00"
    assert made("{{ i|iso }}", i=DEADLINE) == "2019-04-04T15:00:00Z"


def test_an_instant_of_the_repeated_hour_is_shown_twice() -> None:
    first, second = (datetime(2019, 10, 27, hour, 30, tzinfo=UTC) for hour in (0, 1))
    assert instant_text(first, "en_GB") == instant_text(second, "en_GB") == "27 October 2019, 02:30"


def test_figures_of_findings_read_like_the_rest_of_the_page() -> None:
    shown = [
        figure_text(value, "en_GB")
        for value in (Money(100), Rate(750), DEADLINE, date(2019, 4, 4), "words", 12345, True)
    ]
    assert shown == ["EUR\u00a01.00", "7.5 %", "4 April 2019, 17:00", "4 April 2019", "words", "12,345", "True"]


def test_numbers_and_words() -> None:
    assert made("{{ 12345|number }} {{ 'in_review'|words }}") == "12,345 in review"


def test_a_name_that_nobody_gave_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError):
        made("{{ nothing }}")


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '" onmouseover="x', "'><b>", "&amp;", "{{ 7 * 7 }}"])
def test_what_people_typed_is_text(text: str) -> None:
    shown = made('<p title="{{ t }}">{{ t }}</p>', t=text)
    assert "<script" not in shown
    assert '"x' not in shown.replace('="', "")
    assert "<b>" not in shown
    assert "49" not in shown


def test_an_unknown_language_is_english() -> None:
    assert made("{{ d|day }}", "xx", d=date(2019, 4, 4)) == "4 April 2019"


def test_what_a_template_says_is_translated_when_it_is_read() -> None:
    source = """<p title="{{ _('A "quoted" word') }}">{{ _("One & two") }}</p>{{ _("%(n)s left")|format(n=2) }}"""
    assert made(source) == '<p title="A &#34;quoted&#34; word">One &amp; two</p>2 left'
    called: list[str] = []
    environment("en").from_string(source).render(_=called.append)
    assert called == [], "what is known when a template is read costs nothing when it is printed"


def test_what_is_known_only_when_it_is_printed_is_translated_then() -> None:
    assert made("{{ _(words) }} {{ _('a' ~ words) }}", words="b") == "b ab"
    assert made("{% set _ = 1 %}{{ _ }}({{ x._('a') }})", x={"_": str.upper}) == "1(A)"


EVERYTHING = """
{%- macro cell(words, look='plain') -%}<b class="{{ look }}">{{ words }}{{ caller() if caller is defined and caller else '' }}</b>{%- endmacro -%}
{% macro around(row, cell) %}{{ cell(row)|trim }}{% endmacro %}
{{ cell(t) }}{{ cell(words=t, look=t) }}{% call cell(t) %}{{ t }}{% endcall %}{{ around(t, cell) }}
{% for one in [t, none, 7, m, m ~ t, t|upper, m|upper] %}{{ one }}, {% endfor %}
{% set kept %}<i>{{ t }}</i>{% endset %}{{ kept }}{{ 'x' ~ kept }}{{ '%s'|format(t) }}{{ kept|trim }}
{% filter upper %}{{ t }}{% endfilter %}{% autoescape false %}{{ t }}{{ cell(t) }}{% endautoescape %}{{ cell(t)|escape }}
"""


@given(st.text())
def test_what_is_printed_is_what_jinja_prints(text: str) -> None:
    plain = jinja2.Environment(autoescape=True, extensions=["jinja2.ext.do"], trim_blocks=True, lstrip_blocks=True)
    given = {"t": text, "m": Markup("<em>&amp;</em>")}
    assert made(EVERYTHING, **given) == plain.from_string(EVERYTHING).render(given)


def test_finished_markup_is_printed_as_it_is_and_nothing_else_is() -> None:
    class Shouting(str):
        __slots__ = ()

        def __html__(self) -> str:
            return f"<b>{self.upper()}</b>"

    done = Markup("<i>")
    assert printed(done) is done
    assert [printed(one) for one in ("<i>", Shouting("i"), None, 7)] == ["&lt;i&gt;", "<b>I</b>", "None", "7"]
