"""Saving a partner's sheet: to the cent, as a whole, with its own version."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from app.applications.queries import current_budget, reading
from app.applications.queries.applied_call import applied_call
from app.applications.schemas import BudgetAmount, SaveBudget
from app.applications.use_cases.save_budget import save_budget
from app.core.errors import RulesViolatedError, StaleVersionError
from app.core.money import Money
from app.infra.ids import new_id
from tests.builders.applications import Made, a_draft, a_partner, costs
from tests.conftest import NOW


def _save(session: Session, made: Made, partner_id: UUID, amounts: dict[str, str], **given: Any) -> int:
    lines = [BudgetAmount(category=category, amount=amount) for category, amount in amounts.items()]
    sent = SaveBudget(partner_id=partner_id, lines=lines, **({"version": 0} | given))
    return save_budget(session, made.actor(session), made.application_id, sent, now=NOW)


def _budget(session: Session, made: Made) -> Any:
    return current_budget(session, made.row(session), applied_call(session, made.call.id).rules)


def test_amounts_are_stored_and_the_request_is_computed(session: Session) -> None:
    made = a_draft(session)
    own = made.members[0].partner_id
    assert _save(session, made, own, {"personnel": "1,000.01", "third_parties": "500"}) == 1
    assert _budget(session, made).table.by_category["indirect"] == Money(7000)
    assert made.row(session).requested == Money(130251)


def test_a_sheet_is_replaced_as_a_whole(session: Session) -> None:
    made = a_draft(session)
    own = made.members[0].partner_id
    _save(session, made, own, {"personnel": "100.00", "other_direct": "50.00"})
    _save(session, made, own, {"personnel": "120.00"}, version=1)
    assert {line.category_id: line.amount for line in _budget(session, made).lines} == {"personnel": Money(12000)}


def test_own_funding_lowers_the_request(session: Session) -> None:
    made = a_draft(session)
    own = made.members[0].partner_id
    _save(session, made, own, {"third_parties": "100.00"}, own_funding="30.00")
    assert made.row(session).requested == Money(7000)


def test_a_cap_that_is_passed_informs_and_does_not_stop_the_save(session: Session) -> None:
    made = a_draft(session)
    assert _save(session, made, made.members[0].partner_id, {"personnel": "9000000.00"}) == 1


@pytest.mark.parametrize(
    ("amounts", "rule", "cell"),
    [
        ({"personnel": "12.345"}, "budget.unreadable", "personnel"),
        ({"personnel": "lots"}, "budget.unreadable", "personnel"),
        ({"personnel": "-1.00"}, "budget.negative_amount", "personnel"),
        ({"champagne": "1.00"}, "budget.unknown_category", "champagne"),
        ({"indirect": "1.00"}, "budget.computed_category", "indirect"),
        ({"personnel": "99999999999999999"}, "budget.unreadable", "personnel"),
    ],
)
def test_what_is_no_amount_changes_nothing(session: Session, amounts: dict[str, str], rule: str, cell: str) -> None:
    made = a_draft(session)
    own = made.members[0].partner_id
    costs(session, made, own, {"personnel": "10.00"})
    with pytest.raises(RulesViolatedError) as refused:
        _save(session, made, own, {"other_direct": "5.00"} | amounts, version=1)
    [found] = refused.value.violations
    assert (found.rule, found.place) == (rule, f"budget/{own}/{cell}")
    assert made.row(session).requested == Money(803)
    assert reading.sheets(session, made.application_id)[own].version == 1


def test_every_slip_is_told_at_once(session: Session) -> None:
    made = a_draft(session)
    with pytest.raises(RulesViolatedError) as refused:
        _save(session, made, made.members[0].partner_id, {"personnel": "x", "other_direct": "y"}, own_funding="z")
    assert len(refused.value.violations) == 3


def test_the_second_writer_learns_what_the_first_stored(session: Session) -> None:
    made = a_draft(session)
    own = made.members[0].partner_id
    _save(session, made, own, {"personnel": "10.00"}, own_funding="1.00")
    with pytest.raises(StaleVersionError) as refused:
        _save(session, made, own, {"personnel": "20.00"})
    assert refused.value.theirs == {"personnel": "10.00", "own_funding": "1.00"}


def test_sheets_of_different_partners_do_not_disturb_each_other(session: Session) -> None:
    made = a_draft(session)
    other = a_partner(session, made, 1)
    _save(session, made, made.members[0].partner_id, {"personnel": "10.00"})
    assert _save(session, made, other.partner_id, {"personnel": "20.00"}) == 1


def test_a_partner_of_another_application_has_no_sheet_here(session: Session) -> None:
    made = a_draft(session)
    secret = a_draft(session, made.call, acronym="SECRET")
    for stranger in (secret.members[0].partner_id, new_id()):
        with pytest.raises(RulesViolatedError) as refused:
            _save(session, made, stranger, {"personnel": "10.00"})
        assert refused.value.violations[0].rule == "budget.no_sheet"
