"""Every macro with values that bite: nothing escapes from its place, nothing is inline, ids are unique."""

import ast
import re
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import nodes
from jinja2.exceptions import UndefinedError

from app.core import chart_axes, charts
from tests.web.pages import NASTY, TEMPLATES, Page, SentForm, environment, problems, violation

DATUM = charts.Datum(NASTY, 3, NASTY)
DAY = date(2019, 1, 1)
COLUMNS = [
    SimpleNamespace(key="name", label=NASTY, align="left", sort_href="?sort=name&way=<", sorted="ascending"),
    SimpleNamespace(key="sum", label="Sum", align="right", sort_href="", sorted="none"),
]
CONTEXT: dict[str, Any] = {
    "x": NASTY,
    "f": SentForm(violation(anchor="a"), violation(severity="warning")),
    "clean": SentForm(),
    "vs": [violation(anchor="field"), violation(href="/there?<"), violation(severity="warning")],
    "options": [("1", "One"), (NASTY, NASTY, NASTY)],
    "columns": COLUMNS,
    "rows": [SimpleNamespace(name=NASTY, sum="1.00"), SimpleNamespace(name="B", sum="2.00")],
    "page": SimpleNamespace(number=4, pages=9, total=214, href=lambda n: f"?page={n}&q=<"),
    "cap": charts.cap_bar(5, 4),
    "room": charts.cap_bar(1, 4),
    "task": [SimpleNamespace(name=NASTY, href="/t?<", hint=NASTY, state="bad", words=NASTY, who=NASTY, by=NASTY)] * 2,
    "event": [SimpleNamespace(instant="2019-03-29T14:32:07Z", when=NASTY, who=NASTY, text=NASTY, href="/e?<")],
    "row": [SimpleNamespace(key=NASTY, value=NASTY, change_href="/c?<", change_what=NASTY)],
    "step": [SimpleNamespace(name=NASTY, note=NASTY, state=s) for s in ("done", "current", "next", "stopped")],
    "change": [SimpleNamespace(label=NASTY, before=NASTY, after=NASTY, changed=True)],
    "code": SimpleNamespace(code="", wait_seconds=NASTY),
    "kept": SimpleNamespace(fate=SimpleNamespace(value="erase"), months=24, days=0, since=NASTY),
    "stacked": charts.stacked_bar([DATUM, DATUM], rest=DATUM),
    "bars": charts.bars([DATUM]),
    "against": charts.against_envelope([(DATUM, DATUM)]),
    "strip": charts.dot_strip([DATUM], lowest=0, highest=5, threshold=4),
    "cols": chart_axes.columns([(NASTY, (1, 2))], ((NASTY, "brand"), ("b", "gold"))),
    "life": chart_axes.life_line(
        [chart_axes.Span(NASTY, DAY, DAY, NASTY)],
        [chart_axes.Moment(NASTY, DAY, NASTY)],
        first=DAY,
        last=date(2019, 6, 1),
        today=DAY,
    ),
}
CALLS: dict[str, list[str]] = {
    "icons": [
        f"m.icon('{name}')"
        for name in ("ok", "warn", "bad", "info", "neutral", "down", "up", "both", "close", "search")
    ],
    "tags": ["m.tag(x, 'warn')", "m.tag(x)"],
    "money": ["m.amount(x, x, negative=true)", "m.amount(x)", "m.iban('BE68539007547034')"],
    "person": ["m.avatar(x)", "m.person(x, x)", "m.avatar('')", "m.avatar('Ana')"],
    "breadcrumbs": ["m.breadcrumbs([(x, '/a?<'), (x, '')])"],
    "cards": [
        "m.figure(x, x, x, '/f?<', 'bad')",
        "m.figure(x, x)",
        "CALL m.figures()",
        "CALL m.panels()",
        "CALL m.panel(x, x, over=true)",
    ],
    "bars": [
        "m.cap_bar(x, cap, x, x, x, cure=x, rule=x, rule_href='/r?<')",
        "m.cap_bar(x, room, x, x, x, rule=x)",
        "m.track(room)",
    ],
    "tasks": ["m.tasks(task) ~ m.tasks(task, id='other')"],
    "timeline": ["m.timeline(event)"],
    "summary": ["m.summary(row)"],
    "steps": ["m.steps(step)"],
    "deadline": [
        "m.deadline('2019-04-04T17:00:00+02:00', x, x, x, x)",
        "m.deadline('2019-04-04T17:00:00+02:00', x, x, x, past=true)",
        "m.closes('2019-04-04T17:00:00+02:00', x, x)",
    ],
    "diff": ["m.changes(change, x, x, x)", "m.texts(x, [(x, 'added'), (x, 'removed'), (x, 'same')], x, x)"],
    "details": ["CALL m.details(x, open=true)"],
    "waiting": ["m.before_it(0)", "m.before_it(1)", "m.before_it(x)"],
    "empty": ["m.empty(x, x, x, '/e?<')", "m.empty(x, x)"],
    "pagination": ["m.pagination(page)"],
    "errors": ["m.error_summary(vs)|replace('#field', '#')", "m.findings(vs)", "m.messages(vs, 'here')"],
    "tables": [
        "m.sub(x)",
        "m.toolbar('/a?<', query=x, search_label=x, keep=[(x, x)], chips=[(x, '/c?<')], count=x, csv='/c?<', xlsx='/x', columns=columns)",
        "m.toolbar('/a')",
        "CALL m.toolbar('/a', filter_label=x, id='other')",
        "CELL m.table(columns, rows, x, totals={'name': x, 'sum': x}, bands={0: x, 2: x})",
        "CELL m.table(columns, rows, x, id='other', show_caption=true, phone='fixed', head='sum')",
    ],
    "charts": [
        "m.stacked_bar(stacked, x)",
        "m.bar_list(bars, x, long=true)",
        "m.envelope(against, x)",
        "m.column_chart(cols, x, x)",
        "m.dots(strip, x)",
        "m.life_line(life, x)",
        "m.stacked_bar(stacked, x, details=false)",
        "m.score_bars([{'label': x, 'score': '27', 'maximum': '30', 'threshold': '15', 'width': '90.00%', 'mark': '50.00%', 'missed': false}], x)",
    ],
    "second_step": ["m.code_fields(clean)", "m.code_fields(f, code, recovery=false)"],
    "privacy": ["m.notice_link(x)", "m.period(kept)"],
    "trail": ["m.trail_links('/t?<', [('paid', x)])", "m.trail_links('/t', [('paid', x)], x)"],
    "theme": [],
    "forms": [
        "CALL m.form('/a?<', x, key=x, version=3, multipart=true, guard=true, draft_key=x, id='f')",
        "m.grouped_select(f, 'a.b[0]', x, [(x, [(x, x)])], hint=x, empty=x)",
        "m.text(f, 'a.b[0]', x, x, suffix=x, width='short', required=true)",
        "m.textarea(f, 'a', x, x, most_words=3, used_words=9)",
        "m.money(f, 'a', x, x)",
        "m.number(f, 'a', x, suffix=x)",
        "m.cell_money(f, 'a', x)",
        "m.cell_number(f, 'a', x)",
        "m.select(f, 'a', x, options, x, empty=x)",
        "m.radios(f, 'a', x, options, x)",
        "m.checkboxes(f, 'a', x, options)",
        "m.date(f, 'a', x, x)",
        "m.instant(f, 'a', x, x)",
        "m.file(f, 'a', x, x, '.pdf', x, multiple=true)",
        "m.password(f, 'a', x, x, new=true)",
        "m.buttons(x, [(x, x, x)], '/c?<', x, warning=true)",
        "m.text(clean, 'a', x)",
    ],
}


def render(component: str, call: str) -> str:
    """One macro of a component, with a nasty body where it takes one."""
    kind, _, rest = call.partition(" ")
    if kind == "CALL":
        body = f"{{% call {rest} %}}{{{{ x }}}}{{% endcall %}}"
    elif kind == "CELL":
        body = f"{{% call(row, column) {rest} %}}{{{{ row[column.key] }}}}{{% endcall %}}"
    else:
        body = f"{{{{ {call} }}}}"
    source = f'{{% import "components/{component}.html" as m %}}{body}'
    return environment().from_string(source).render(CONTEXT)


@pytest.mark.parametrize(("component", "call"), [(name, call) for name, calls in CALLS.items() for call in calls])
def test_a_macro_escapes_and_keeps_the_rules(component: str, call: str) -> None:
    page = Page(render(component, call))
    assert problems(page) == []
    assert not page.all("script")
    assert not page.all("b")
    if re.search(r"\bx\b", call):
        everything = page.text + " ".join(str(value) for _, attrs in page.tags for value in attrs.values())
        assert NASTY in everything or component == "person"


def test_every_macro_is_tried() -> None:
    in_pages = {
        "amendment_form",
        "amendments",
        "awards",
        "calls",
        "grants",
        "lists",
        "payments",
        "projects",
        "proposal",
        "ranking",
        "support",
    }  # made of rows and listings that only real pages have: their tests try them
    assert set(CALLS) == {path.stem for path in (TEMPLATES / "components").glob("*.html")} - in_pages
    for name, calls in CALLS.items():
        tree = environment().parse((TEMPLATES / "components" / f"{name}.html").read_text())
        public = {macro.name for macro in tree.find_all(nodes.Macro) if not macro.name.startswith("_")}
        internal = {"field_id", "grouped_options", "paint", "ticking", "reader", "pieces", "finding"}
        assert {one for one in public - internal if not any(f"m.{one}(" in call for call in calls)} == set()


def test_a_field_says_its_hint_and_its_errors_and_keeps_its_value() -> None:
    page = Page(render("forms", "m.text(f, 'a.b[0]', 'Title', 'Short.')"))
    field = page.all("input")[0]
    assert field["id"] == "a-b-0"
    assert field["name"] == "a.b[0]"
    assert field["value"] == NASTY
    assert field["aria-describedby"] == "a-b-0-hint a-b-0-error"
    assert field["autocomplete"] == "off"
    assert "Error:" in page.text
    assert "Warning:" in page.text
    clean = Page(render("forms", "m.text(clean, 'a', 'Title')"))
    assert clean.all("input")[0].get("aria-describedby") is None


def test_a_form_carries_token_key_and_version() -> None:
    page = Page(render("forms", "CALL m.form('/save', 'tok', key='k1', version=0)"))
    assert [(one["name"], one["value"]) for one in page.all("input")] == [
        ("_csrf", "tok"),
        ("_key", "k1"),
        ("_version", "0"),
    ]
    search = Page(render("forms", "CALL m.form('/find', 'tok', method='get')"))
    assert search.all("input") == []


def test_only_the_chosen_answers_are_checked() -> None:
    page = Page(render("forms", "m.checkboxes(f, 'a', 'Topics', options)"))
    assert [("checked" in one, one["value"]) for one in page.all("input")] == [(False, "1"), (True, NASTY)]


def test_the_summary_shows_all_findings_and_links_to_their_fields() -> None:
    page = Page(render("errors", "m.error_summary(vs)"))
    assert "There are 3 problems" in page.text
    assert [one["href"] for one in page.all("a")] == ["#field", "/there?<"]
    assert page.text.count(NASTY) == 6


def test_findings_that_stop_come_first() -> None:
    source = '{% import "components/errors.html" as m %}{{ m.findings(vs) }}'
    given = [violation(text="later", severity="warning"), violation(text="first")]
    shown = Page(environment().from_string(source).render(vs=given)).text
    assert shown.index("first") < shown.index("later")


def test_a_cap_says_by_how_much() -> None:
    over = Page(render("bars", "m.cap_bar('Grant', cap, 'EUR 5.00', '4.00', '1.00', cure='Lower it.')"))
    assert "EUR 5.00 of 4.00: over by 1.00." in over.text
    assert "Lower it." in over.text
    room = Page(render("bars", "m.cap_bar('Grant', room, 'EUR 1.00', '4.00', '3.00', cure='Lower it.')"))
    assert "EUR 1.00 of 4.00: 3.00 left." in room.text
    assert "Lower it." not in room.text
    assert room.all("rect")[1]["width"] == "25.00%"


def test_the_table_names_its_rows_its_order_and_its_lines() -> None:
    page = Page(render("tables", "CELL m.table(columns, rows, 'Sums', totals={'sum': '3.00'}, bands={1: 'the line'})"))
    heads = page.all("th")
    assert heads[0]["aria-sort"] == "ascending"
    assert "aria-sort" not in heads[1]
    assert [one["scope"] for one in heads] == ["col", "col", "row", "row", "row"]
    assert page.text.index("1.00") < page.text.index("the line") < page.text.index("2.00") < page.text.index("3.00")
    assert page.all("td")[0]["data-label"] == "Sum"


def test_one_page_needs_no_pagination_and_many_show_where_one_is() -> None:
    page = Page(render("pagination", "m.pagination(page)"))
    assert [one["href"] for one in page.all("a") if "aria-current" in one] == ["?page=4&q=<"]
    assert "Page 4 of 9" in page.text
    single = SimpleNamespace(number=1, pages=1, total=3, href=str)
    source = '{% import "components/pagination.html" as m %}{{ m.pagination(page) }}'
    assert environment().from_string(source).render(page=single).strip() == ""


def test_a_chart_is_said_and_its_data_stand_in_a_table() -> None:
    page = Page(render("charts", "m.stacked_bar(stacked, 'Use')"))
    drawing = page.all("svg")[0]
    assert drawing["role"] == "img"
    assert str(drawing["aria-label"]).startswith("Use:")
    assert len(page.all("title")) == 2
    assert page.all("table")
    assert all(one["fill"] and one["class"] for one in page.all("rect"))
    assert render("charts", "m.life_line(life, x)") == render("charts", "m.life_line(life, x)")


def test_a_missing_name_is_an_error_not_a_blank() -> None:
    with pytest.raises(UndefinedError):
        environment().from_string('{% import "components/tasks.html" as m %}{{ m.tasks([task]) }}').render(
            task=object()
        )


def test_words_in_components_go_through_gettext() -> None:
    for path in sorted((TEMPLATES).rglob("*.html")):
        source = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
        for words in re.findall(r"_\((\"[^\"]*\"|'[^']*')\)", source):
            assert ast.literal_eval(words).strip()
        commands = re.sub(r"<code>[^<{]*</code>", "", source)  # what a reader types is the same in each language
        for words in re.findall(r">([^<>{}]*[A-Za-z]{3,}[^<>{}]*)<", commands):
            assert words.strip() in {"Grappe", "CSV", "XLSX", "API", "SHA-256", "YAML", "JSON", "openapi.json"}, (
                f"{path.name}: {words.strip()}"
            )
