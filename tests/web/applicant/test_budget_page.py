"""The budget grid: computed while typing, saved sheet by sheet, kept apart from what colleagues do."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from app.applications.queries import current_budget, reading
from app.applications.queries.applied_call import applied_call
from app.core.money import Money
from app.delivery.runtime import Runtime
from tests.builders.applications import Made
from tests.support.client import Browser, hidden_fields


def _path(made: Made) -> str:
    return f"/applications/{made.application_id}/budget"


def _amounts(runtime: Runtime, made: Made, member: int) -> dict[str, Money]:
    with runtime.database.reading() as session:
        budget = current_budget(session, made.row(session), applied_call(session, made.call.id).rules)
    partner_id = made.members[member].partner_id
    return {line.category_id: line.amount for line in budget.lines if line.partner_id == partner_id}


def _typed(made: Made, member: int, **amounts: str) -> dict[str, str]:
    return {f"{made.members[member].partner_id}.{category}": amount for category, amount in amounts.items()}


def _whole(made: Made) -> dict[str, str]:
    """What the grid of a complete application holds."""
    fields: dict[str, str] = {}
    for at in range(len(made.members)):
        fields |= _typed(made, at, personnel="80,000.00", other_direct="12,000.00", third_parties="15,000.00")
    return fields


def test_limits_stand_first_with_figures_cure_and_rule(browser: Browser, runtime: Runtime, complete: Made) -> None:
    browser.sign_in_as(complete.person.id)
    hidden = hidden_fields(browser.get(_path(complete)).text)
    page = browser.post(_path(complete), hidden | _whole(complete) | _typed(complete, 2, personnel="278,500.00")).text
    assert "EUR\u00a0425,786.25 of 360,000.00: over by 65,786.25." in page
    assert "Lower eligible costs at 75 % by EUR\u00a087,715.00" in page
    assert "budget.project_grant_maximum" in page.replace("<wbr>", "")
    assert page.index("over by 65,786.25") < page.index('id="budget-table"')
    assert _amounts(runtime, complete, 2)["personnel"] == Money(27_850_000)


def test_the_preview_computes_and_stores_nothing(browser: Browser, runtime: Runtime, complete: Made) -> None:
    browser.sign_in_as(complete.person.id)
    answer = browser.client.post(
        f"{_path(complete)}/preview",
        data=_whole(complete) | _typed(complete, 0, personnel="80,000.01"),
        headers={"hx-request": "true"},
    )
    own = complete.members[0].partner_id
    assert f'<span id="{own}-eligible" hx-swap-oob="true">113,440.01</span>' in answer.text
    assert '<span id="total-personnel" hx-swap-oob="true">240,000.01</span>' in answer.text
    assert _amounts(runtime, complete, 0)["personnel"] == Money(8_000_000)


def test_the_preview_tells_what_it_cannot_read(browser: Browser, complete: Made) -> None:
    browser.sign_in_as(complete.person.id)
    data = _typed(complete, 0, personnel="1.234", other_direct="\x00", third_parties="x" * 500)
    answer = browser.client.post(f"{_path(complete)}/preview", data=data)
    assert answer.status_code == 200
    assert answer.text.count("enter an amount with at most two decimals") == 3


def test_only_the_sheets_that_changed_are_saved(browser: Browser, runtime: Runtime, complete: Made) -> None:
    browser.sign_in_as(complete.person.id)
    hidden = hidden_fields(browser.get(_path(complete)).text)
    browser.post(_path(complete), hidden | _whole(complete) | _typed(complete, 1, own_funding="100.00"))
    with runtime.database.reading() as session:
        stored = reading.sheets(session, complete.application_id)
    assert [stored[member.partner_id].version for member in complete.members] == [1, 2, 1]
    assert stored[complete.members[1].partner_id].own_funding == Money(10_000)


@pytest.mark.parametrize("typed", ["12.345", "-5", "many", "1,23,4"])
def test_a_slip_stores_none_of_the_sheets_and_keeps_what_was_typed(
    browser: Browser, runtime: Runtime, complete: Made, typed: str
) -> None:
    browser.sign_in_as(complete.person.id)
    hidden = hidden_fields(browser.get(_path(complete)).text)
    fields = _whole(complete) | _typed(complete, 0, personnel="1.00") | _typed(complete, 1, personnel=typed)
    answer = browser.post(_path(complete), hidden | fields)
    assert answer.status_code == 422
    assert f'href="#{complete.members[1].partner_id}-personnel"' in answer.text
    assert f'value="{typed}"' in answer.text
    assert _amounts(runtime, complete, 0)["personnel"] == Money(8_000_000)


def test_colleagues_who_work_on_other_rows_do_not_disturb_each_other(
    browser: Browser, runtime: Runtime, complete: Made
) -> None:
    mine = hidden_fields(browser.sign_in_as(complete.person.id).get(_path(complete)).text)
    other = hidden_fields(browser.sign_in_as(complete.members[1].person.id).get(_path(complete)).text)
    browser.post(_path(complete), other | _whole(complete) | _typed(complete, 1, personnel="70,000.00"))
    browser.sign_in_as(complete.person.id)
    mine["_csrf"] = hidden_fields(browser.get(_path(complete)).text)["_csrf"]
    answer = browser.post(_path(complete), mine | _whole(complete) | _typed(complete, 0, personnel="60,000.00"))
    assert answer.status_code == 200
    assert _amounts(runtime, complete, 0)["personnel"] == Money(6_000_000)
    assert _amounts(runtime, complete, 1)["personnel"] == Money(7_000_000)


def test_on_the_same_row_both_amounts_are_told(browser: Browser, runtime: Runtime, complete: Made) -> None:
    mine = hidden_fields(browser.sign_in_as(complete.person.id).get(_path(complete)).text)
    browser.post(_path(complete), mine | _whole(complete) | _typed(complete, 1, personnel="70,000.00"))
    answer = browser.post(_path(complete), mine | _whole(complete) | _typed(complete, 1, personnel="75,000.00"))
    assert answer.status_code == 409
    assert "a colleague saved 70,000.00, you typed 75,000.00." in answer.text
    assert 'value="75,000.00"' in answer.text
    assert _amounts(runtime, complete, 1)["personnel"] == Money(7_000_000)
    again = hidden_fields(answer.text)
    browser.post(_path(complete), again | _whole(complete) | _typed(complete, 1, personnel="75,000.00"))
    assert _amounts(runtime, complete, 1)["personnel"] == Money(7_500_000)


def test_the_spreadsheet_holds_the_same_figures(browser: Browser, complete: Made) -> None:
    browser.sign_in_as(complete.person.id)
    answer = browser.get(f"{_path(complete)}?format=xlsx")
    book = zipfile.ZipFile(io.BytesIO(answer.content))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    rows = [re.findall(r"<v>([^<]*)</v>", row) for row in re.findall(r"<row.*?</row>", sheet, flags=re.DOTALL)]
    assert len(rows) == 5
    assert rows[-1][-4:] == ["340320", "266490", "266490", "73830"]


def test_how_the_amounts_are_computed_stands_below(browser: Browser, complete: Made) -> None:
    page = browser.sign_in_as(complete.person.id).get(_path(complete)).text
    assert "flat rate: 7 % of A, B, D, computed" in page
    assert "half a cent up" in page
