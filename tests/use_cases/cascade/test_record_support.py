"""Vouchers and exchanges: who records them for whom, what they count towards, and why they are refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.queries.applied_call import rules_of
from app.audit.queries import EventFilter, events_page
from app.cascade.models import ThirdPartyPayment
from app.cascade.queries.frame import partner_budgets
from app.cascade.queries.payments import exchanges_made, paid_elsewhere, support_page, support_row
from app.cascade.rules.support import SupportKind
from app.cascade.schemas import RecordExchange, RecordVoucher, ReverseSupport, SupportFilter
from app.cascade.use_cases.record_exchange import exchange_preview, record_exchange
from app.cascade.use_cases.record_voucher import record_voucher
from app.cascade.use_cases.reverse_support import reverse_support
from app.cascade.use_cases.verify_support import verify_support
from app.core.actor import Actor
from app.core.errors import NotFoundError, NotPermittedError, RulesViolatedError, SignInRequiredError
from app.core.money import Money
from app.core.paging import PageRequest
from app.grants.queries.grants import grant_scope
from app.ledger.queries import amount_of_recipient, recipient_amounts
from app.ledger.rules.recipients import Within, recipient_keys
from app.ledger.schemas import Place
from app.ledger.use_cases.verify_recipients import verify_recipients
from tests.builders.applications import a_call
from tests.builders.calls import another_call
from tests.builders.grants import STARTS, MadeGrant, a_grant_to_sign, a_running_grant
from tests.builders.people import a_person, actor_for
from tests.builders.support import LATER, PAID, a_voucher, an_exchange, paid

CEILING = {"maximum: 60000.00\n      scope: grant": "maximum: 2000.00\n      scope: call"}
BUDGET = Money.parse("15 000.00")


@pytest.fixture
def made(session: Session) -> MadeGrant:
    """A running grant; each partner may pay 15 000.00 to third parties."""
    return a_running_grant(session)


def refused(act: Callable[[], object]) -> list[str]:
    with pytest.raises(RulesViolatedError) as error:
        act()
    return [one.rule for one in error.value.violations]


def count(session: Session) -> int:
    return session.execute(sa.select(sa.func.count()).select_from(ThirdPartyPayment)).scalar_one()


def budgets(session: Session, made: MadeGrant, member: int = 0) -> dict[UUID, tuple[Money, Money, bool]]:
    actor, scope = made.actor(session, member), grant_scope(session, made.grant_id)
    found = partner_budgets(session, actor, scope, made.agreement(session))
    return {one.partner_id: (one.used, one.left, one.may_record) for one in found}


def test_a_voucher_counts_for_the_partner_and_the_recipient(session: Session, made: MadeGrant) -> None:
    wanted = a_voucher(made, 1)
    payment_id = record_voucher(session, made.actor(session, 1), made.grant_id, wanted, now=LATER)
    row = support_row(session, made.grant_id, payment_id)
    assert (row.number, row.kind, row.amount, row.counts) == (1, SupportKind.VOUCHER, Money(150_000), True)
    assert (row.partner_id, row.recipient, row.exchange) == (made.partner_id(1), wanted.recipient, None)
    assert budgets(session, made, 1) == {
        made.partner_id(0): (Money(0), BUDGET, False),
        made.partner_id(1): (Money(150_000), BUDGET - Money(150_000), True),
        made.partner_id(2): (Money(0), BUDGET, False),
    }
    scope = grant_scope(session, made.grant_id)
    keys = recipient_keys("PT", "", wanted.registration_number)
    place = Place(scope.grant_id, scope.call_id, scope.programme_id)
    assert amount_of_recipient(session, place, Within.GRANT, keys) == Money(150_000)
    [event] = events_page(session, EventFilter(subject_id=payment_id), PageRequest()).rows
    assert (event.kind, event.facts["amount"]) == ("support.recorded", Money(150_000).as_json())
    assert wanted.recipient not in str(event.facts)


def test_an_exchange_gets_its_amount_from_the_stay(session: Session, made: MadeGrant) -> None:
    full = support_row(session, made.grant_id, paid(session, made, an_exchange(made)))
    half = support_row(session, made.grant_id, paid(session, made, an_exchange(made, last_day=date(2020, 2, 5))))
    assert (full.amount.amount, half.amount.amount) == ("780.00", "390.00")
    assert full.exchange is not None
    assert half.exchange is not None
    assert (full.exchange.working_days, full.exchange.halved) == (5, False)
    assert (half.exchange.working_days, half.exchange.halved, half.exchange.lump_sum.amount) == (3, True, "780.00")
    computed = half.exchange.computed
    assert (computed.short, computed.near, computed.amount) == (True, False, half.amount)
    assert full.exchange.lump_sum_source
    assert budgets(session, made)[made.partner_id(0)][0].amount == "1170.00"


def test_a_host_in_an_outermost_region_has_the_lump_sum_of_these(session: Session, made: MadeGrant) -> None:
    azores = an_exchange(made, host_region="PT20")
    assert exchange_preview(azores).computed.amount.amount == "1100.00"
    assert support_row(session, made.grant_id, paid(session, made, azores)).amount.amount == "1100.00"
    assert refused(lambda: exchange_preview(an_exchange(made, host_region="PT11"))) == ["exchange.host_region"]


def test_exchanges_count_towards_the_targets_once(session: Session, made: MadeGrant) -> None:
    for sme, host_sme in ((True, True), (False, True), (True, False), (False, False)):
        paid(session, made, an_exchange(made, sme=sme, host_sme=host_sme))
    paid(session, made, a_voucher(made))
    counted = exchanges_made(session, made.grant_id)
    assert (counted.total, counted.with_smes) == (4, 3)


def test_a_visitor_is_supported_once_however_the_name_is_written(session: Session, made: MadeGrant) -> None:
    first = an_exchange(made, visitor="José Pérez", vat="094259216")
    paid(session, made, first)
    again = an_exchange(
        made, 1, visitor="  jose  PEREZ", vat="EL 094 259 216", first_day=date(2020, 2, 10), last_day=date(2020, 2, 14)
    )
    assert refused(lambda: paid(session, made, again)) == ["exchange.visited_before"]
    paid(session, made, an_exchange(made, visitor="José Pérez"))  # a namesake of another organisation
    paid(session, made, an_exchange(made, visitor="Maria Pérez", vat="094259216"))


def test_one_partner_uses_its_own_budget_to_the_cent(session: Session, made: MadeGrant) -> None:
    paid(session, made, a_voucher(made, amount="14 999.99"))
    assert refused(lambda: paid(session, made, a_voucher(made, amount="0.02"))) == ["support.budget_exceeded"]
    paid(session, made, a_voucher(made, amount="0.01"))
    assert budgets(session, made)[made.partner_id(0)][1] == Money(0)
    paid(session, made, a_voucher(made, 1, amount="15 000.00"))


def test_all_findings_come_at_once_and_nothing_is_kept(session: Session, made: MadeGrant) -> None:
    wanted = an_exchange(
        made,
        registration_number="",
        country="PT",
        distance_km=10,
        first_day=STARTS - timedelta(days=3),
        last_day=STARTS - timedelta(days=2),
        paid_on=STARTS - timedelta(days=4),
    )
    assert refused(lambda: paid(session, made, wanted)) == [
        "support.recipient_unknown",
        "exchange.same_country",
        "exchange.too_short",
        "exchange.paid_before_end",
        "support.outside_project",
        "support.outside_project",
    ]
    assert count(session) == 0


def test_a_country_without_a_lump_sum_supports_no_exchange(session: Session, made: MadeGrant) -> None:
    assert refused(lambda: paid(session, made, an_exchange(made, host_country="US"))) == [
        "exchange.territory",
        "exchange.no_lump_sum",
    ]


def test_a_visitor_from_a_country_that_takes_no_part_is_not_paid(session: Session, made: MadeGrant) -> None:
    wanted = an_exchange(made, country="US")
    for act in (lambda: paid(session, made, wanted), lambda: exchange_preview(wanted)):
        assert refused(act) == ["exchange.territory"]


def test_a_stay_of_the_last_week_is_paid_after_the_project_ended(session: Session, made: MadeGrant) -> None:
    end, report = made.agreement(session).end_on, made.agreement(session).facts.terms.report_due_days
    monday = end - timedelta(days=end.weekday() + 7)
    stay = {"first_day": monday, "last_day": monday + timedelta(days=4)}
    now = LATER.replace(year=end.year + 1)
    last = end + timedelta(days=report)
    row = support_row(session, made.grant_id, paid(session, made, an_exchange(made, paid_on=last, **stay), now=now))
    assert row.days_late == (last - stay["last_day"]).days - 10
    late = an_exchange(made, paid_on=last + timedelta(days=1), **stay)
    assert refused(lambda: paid(session, made, late, now=now)) == ["support.paid_after_report"]
    outside = an_exchange(made, first_day=monday, last_day=end + timedelta(days=1), paid_on=last)
    assert refused(lambda: paid(session, made, outside, now=now)) == ["support.outside_project"]
    voucher = a_voucher(made, paid_on=end + timedelta(days=1))
    assert refused(lambda: paid(session, made, voucher, now=now)) == ["support.outside_project"]


def test_a_ceiling_of_the_call_counts_across_its_grants(session: Session) -> None:
    """The scope of the ceiling is data of the call: here one recipient gets 2 000.00 from the whole call."""
    made = a_running_grant(session, call=a_call(session, another_call("COS-CEILING-1", **CEILING)))
    ceiling = rules_of(session, made.agreement(session).call_version_id)
    assert "2000.00" in str(ceiling.plain()["funding"]["ceilings"])
    same = {"vat": "501442600"}
    paid(session, made, a_voucher(made, amount="1 999.99", **same))
    with pytest.raises(RulesViolatedError) as error:
        paid(session, made, a_voucher(made, 1, amount="0.02", **same))
    [found] = error.value.violations
    assert found.text.startswith("Weaver")
    assert "EUR 2,000.01 from all grants of this call. At most EUR 2,000.00" in found.text
    paid(session, made, a_voucher(made, 1, amount="0.01", **same))


def test_the_partner_that_pays_and_the_coordinator_record_and_nobody_else(session: Session, made: MadeGrant) -> None:
    def try_as(actor: Actor, wanted: RecordVoucher | RecordExchange) -> None:
        if isinstance(wanted, RecordVoucher):
            record_voucher(session, actor, made.grant_id, wanted, now=LATER)
        else:
            record_exchange(session, actor, made.grant_id, wanted, now=LATER)

    try_as(made.actor(session), a_voucher(made, 2))
    try_as(made.actor(session, 2), a_voucher(made, 2))
    for wanted in (a_voucher(made, 1), an_exchange(made, 1)):
        with pytest.raises(NotPermittedError):
            try_as(made.actor(session, 2), wanted)
        with pytest.raises(NotPermittedError):
            try_as(made.officer, wanted)
        with pytest.raises(NotFoundError):
            try_as(actor_for(session, a_person(session)), wanted)
        with pytest.raises(SignInRequiredError):
            try_as(Actor(name="Nobody"), wanted)
    assert count(session) == 2


def test_nothing_is_paid_before_the_agreement_is_in_force(session: Session) -> None:
    made = a_grant_to_sign(session)
    assert refused(lambda: paid(session, made, a_voucher(made))) == ["support.grant_not_running"]
    assert refused(lambda: paid(session, made, an_exchange(made))) == ["support.grant_not_running"]


def test_nothing_is_paid_after_the_grant_ended(session: Session, made: MadeGrant) -> None:
    row = made.row(session)
    row.state, row.closed_at = "closed", LATER  # type: ignore[assignment]  # as closing will leave it
    session.flush()
    assert refused(lambda: paid(session, made, a_voucher(made))) == ["support.grant_not_running"]


def test_a_partner_of_another_grant_is_not_found(session: Session, made: MadeGrant) -> None:
    other = a_voucher(made, partner_id=UUID(int=7))
    with pytest.raises(NotFoundError):
        paid(session, made, other)


def test_a_recipient_of_the_platform_is_recognised_by_its_numbers(session: Session, made: MadeGrant) -> None:
    known = made.made.members[1].organisation
    known.registration_number = "REG-77/12"
    session.flush()
    wanted = a_voucher(made, country=known.country, registration_number="reg 77 12")
    assert support_row(session, made.grant_id, paid(session, made, wanted)).organisation_id == known.id
    assert support_row(session, made.grant_id, paid(session, made, a_voucher(made))).organisation_id is None


SMALL = {"maximum: 60000.00\n      scope: grant": "maximum: 6000.00\n      scope: grant"}


def test_the_other_number_of_a_recipient_dodges_no_ceiling(session: Session) -> None:
    """One payment by its VAT number, one by both, one by its registration number: one recipient."""
    made = a_running_grant(session, call=a_call(session, another_call("COS-NUMBERS-1", **SMALL)))
    vat, registration = {"vat": "501442600", "registration_number": ""}, {"registration_number": "NIPC 7", "vat": ""}
    paid(session, made, a_voucher(made, amount="3 000.00", **vat))
    joining = paid(session, made, a_voucher(made, amount="2 000.00", **(registration | {"vat": "PT501442600"})))
    assert refused(lambda: paid(session, made, a_voucher(made, 1, amount="1 000.01", **registration))) == [
        "support.recipient_ceiling"
    ]
    last = paid(session, made, a_voucher(made, 1, amount="1 000.00", **registration))
    other = a_running_grant(session, call=a_call(session, another_call("COS-NUMBERS-2")))
    there = paid(session, other, a_voucher(other, **vat))
    for payment_id in (joining, last):
        [flag] = paid_elsewhere(session, made.grant_id)[payment_id]
        assert (flag.grant_id, flag.payments) == (other.grant_id, 1)
    [flag] = paid_elsewhere(session, other.grant_id)[there]
    assert (flag.amount.amount, flag.payments) == ("6000.00", 3)
    assert verify_recipients(recipient_amounts(session)) == ()


def test_two_numbers_of_one_organisation_of_the_platform_are_one_recipient(session: Session) -> None:
    made = a_running_grant(session, call=a_call(session, another_call("COS-NUMBERS-3", **SMALL)))
    known, double = made.made.members[1].organisation, made.made.members[2].organisation
    known.country, known.vat, known.registration_number = "PT", "501442600", ""
    double.country, double.vat, double.registration_number, double.canonical_id = "PT", "", "NIPC 7", known.id
    session.flush()
    paid(session, made, a_voucher(made, amount="4 000.00", vat="501442600", registration_number=""))
    by_registration = a_voucher(made, amount="2 000.01", registration_number="nipc-7")
    assert refused(lambda: paid(session, made, by_registration)) == ["support.recipient_ceiling"]
    exchange = an_exchange(made, country="PT", host_country="EL", registration_number="nipc-7", visitor="Ana Pires")
    paid(session, made, exchange)
    again = {
        "vat": "501442600",
        "registration_number": "",
        "first_day": date(2020, 2, 10),
        "last_day": date(2020, 2, 14),
    }
    assert refused(lambda: paid(session, made, exchange.model_copy(update=again))) == ["exchange.visited_before"]
    assert verify_support(session, recipient_amounts(session)) == ()


def test_what_was_reversed_joins_nobody(session: Session) -> None:
    """Two recipients are taken for one by a slip of the keyboard: reversing it tells them apart again."""
    made = a_running_grant(session, call=a_call(session, another_call("COS-NUMBERS-4", **SMALL)))
    vat, registration = {"vat": "501442600", "registration_number": ""}, {"registration_number": "NIPC 8"}
    paid(session, made, a_voucher(made, amount="6 000.00", **vat))
    assert refused(lambda: paid(session, made, a_voucher(made, amount="0.01", **(vat | registration)))) != []
    other = a_running_grant(session, call=a_call(session, another_call("COS-NUMBERS-5")))
    slip = paid(session, other, a_voucher(other, amount="0.01", **(vat | registration)))
    assert refused(lambda: paid(session, made, a_voucher(made, amount="0.01", **registration))) != []
    why = ReverseSupport(reason="The numbers of two companies.")
    reverse_support(session, other.actor(session), other.grant_id, slip, why, now=LATER)
    paid(session, made, a_voucher(made, amount="6 000.00", **registration))


def test_a_mistyped_vat_number_is_refused_where_its_form_is_known(session: Session, made: MadeGrant) -> None:
    assert refused(lambda: paid(session, made, a_voucher(made, vat="501442601"))) == ["organisation.vat_form"]
    paid(session, made, a_voucher(made, country="RS", vat="1234567"))


def test_an_exchange_beyond_the_budget_says_so_where_a_field_is(session: Session, made: MadeGrant) -> None:
    paid(session, made, a_voucher(made, amount="14 500.00"))
    with pytest.raises(RulesViolatedError) as error:
        paid(session, made, an_exchange(made))
    [found] = error.value.violations
    assert (found.place, "EUR 780.00" in found.text, "EUR 500.00" in found.text) == ("partner_id", True, True)


def test_who_was_paid_by_another_grant_is_flagged_and_never_refused(session: Session, made: MadeGrant) -> None:
    same = {"vat": "501442600", "recipient": "Olive SA"}
    first = paid(session, made, a_voucher(made, **same))
    assert paid_elsewhere(session, made.grant_id) == {}
    other = a_running_grant(session, call=a_call(session, another_call("COS-OTHER-1")))
    second = paid(session, other, a_voucher(other, **(same | {"vat": "PT501442600"})))
    third = paid(session, other, a_voucher(other))
    [flag] = paid_elsewhere(session, made.grant_id)[first]
    assert (flag.grant_id, flag.amount, flag.payments) == (other.grant_id, Money(150_000), 1)
    assert set(paid_elsewhere(session, other.grant_id)) == {second}
    assert third not in paid_elsewhere(session, other.grant_id)


def test_the_list_narrows_and_sorts(session: Session, made: MadeGrant) -> None:
    paid(session, made, a_voucher(made, 1, recipient="Ábaco Lda", amount="10.00"))
    paid(session, made, an_exchange(made, recipient="Zeta AE", host_name="Casa das Lãs"))
    paid(session, made, a_voucher(made, recipient="Mill SA", amount="20.00", paid_on=PAID - timedelta(days=1)))

    def numbers(sort: str = "number", *, descending: bool = False, **wanted: object) -> list[int]:
        asked = SupportFilter(**wanted)  # type: ignore[arg-type]  # its own fields
        page = support_page(session, made.grant_id, asked, PageRequest(), sort=sort, descending=descending)
        assert page.total == len(page.rows)
        return [row.number for row in page.rows]

    assert numbers() == [1, 2, 3]
    assert numbers(kind=SupportKind.EXCHANGE) == [2]
    assert numbers(partner_id=made.partner_id(1)) == [1]
    assert numbers(text="lãs") == [2]
    assert numbers("amount", descending=True) == [2, 3, 1]
    assert numbers("paid_on")[0] == 3
    assert numbers(reversed=True) == []
