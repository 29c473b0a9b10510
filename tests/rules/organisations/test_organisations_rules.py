from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import Money
from app.core.violations import Severity
from app.organisations.rules.details import Details, Surroundings, check_details, check_platform_registration
from app.organisations.rules.sme_status import check_declared, sme_status
from app.organisations.rules.types import LegalForm, OrganisationType, PlatformState, SmeStatus
from app.organisations.rules.vat import check_vat, compact_vat

TODAY = date(2019, 3, 1)
MILLION = 1_000_000_00
AROUND = Surroundings(country_known=True, member_state=True, region_country="BE")
GOOD = Details(
    organisation_type=OrganisationType.CLUSTER_ORGANISATION,
    legal_form=LegalForm.NON_PROFIT,
    country="BE",
    region="BE10",
    vat="",
    sme=SmeStatus.UNKNOWN,
    headcount=None,
    turnover=None,
    balance_sheet=None,
    figures_on=None,
)


def ids(violations: Any) -> dict[str, str]:
    return {violation.rule: violation.place for violation in violations}


@pytest.mark.parametrize(
    ("headcount", "turnover", "balance", "status"),
    [
        (249, 50 * MILLION, None, SmeStatus.YES),
        (249, 50 * MILLION + 1, 43 * MILLION, SmeStatus.YES),
        (249, 50 * MILLION + 1, 43 * MILLION + 1, SmeStatus.NO),
        (250, 1, 1, SmeStatus.NO),
        (250, None, None, SmeStatus.NO),
        (249, 50 * MILLION + 1, None, SmeStatus.UNKNOWN),
        (249, None, None, SmeStatus.UNKNOWN),
        (None, 1, 1, SmeStatus.UNKNOWN),
        (None, 51 * MILLION, 44 * MILLION, SmeStatus.NO),
        (None, None, None, SmeStatus.UNKNOWN),
    ],
)
def test_sme_thresholds(headcount: Any, turnover: Any, balance: Any, status: Any) -> None:
    figures = {"turnover": turnover, "balance_sheet": balance}
    amounts = {name: None if cents is None else Money(cents) for name, cents in figures.items()}
    assert sme_status(headcount=headcount, **amounts) is status


_amounts = st.none() | st.integers(0, 100 * MILLION).map(Money)


@given(
    st.none() | st.integers(0, 500), _amounts, _amounts, st.integers(0, 500), st.integers(0, 100 * MILLION).map(Money)
)
def test_further_figures_never_turn_an_answer_round(
    headcount: Any, turnover: Any, balance: Any, more_staff: Any, more_money: Any
) -> None:
    before = sme_status(headcount=headcount, turnover=turnover, balance_sheet=balance)
    after = sme_status(
        headcount=more_staff if headcount is None else headcount,
        turnover=more_money if turnover is None else turnover,
        balance_sheet=balance,
    )
    assert before is SmeStatus.UNKNOWN or after is before


def test_figures_contradict_a_declaration_only_where_both_speak() -> None:
    assert ids(check_declared(SmeStatus.YES, SmeStatus.NO)) == {"organisation.sme_contradicted": "sme"}
    assert check_declared(SmeStatus.NO, SmeStatus.NO) == ()
    assert check_declared(SmeStatus.YES, SmeStatus.UNKNOWN) == ()
    assert check_declared(SmeStatus.UNKNOWN, SmeStatus.NO) == ()


@pytest.mark.parametrize(
    ("country", "vat"),
    [
        ("BE", "BE 0123.456.749"),
        ("BE", "0123456749"),
        ("EL", "EL094259216"),
        ("UK", "GB980780684"),
        ("DE", "DE136695976"),
        ("XK", "anything"),
    ],
)
def test_genuine_vat_numbers_pass_with_and_without_prefix(country: str, vat: str) -> None:
    assert check_vat(country, vat, member_state=True) == ()


def test_a_wrong_vat_number_stops_in_a_member_state_and_warns_elsewhere() -> None:
    (stop,) = check_vat("BE", "BE0123456748", member_state=True)
    assert (stop.severity, stop.place) == (Severity.BLOCKING, "vat")
    (warning,) = check_vat("NO", "NO 123", member_state=False)
    assert warning.severity is Severity.WARNING
    assert check_vat("BE", "", member_state=True) == ()


@given(st.sampled_from(["BE", "EL", "UK", "XK", "TR", "UA", "FR"]), st.text(max_size=20))
def test_any_text_is_judged_without_a_crash(country: str, text: str) -> None:
    check_vat(country, compact_vat(text), member_state=False)


def test_details_that_fit() -> None:
    assert check_details(GOOD, AROUND, on=TODAY) == ()


@pytest.mark.parametrize(
    ("details", "around", "found"),
    [
        ({}, {"country_known": False}, {"organisation.country": "country"}),
        ({"region": "BE99"}, {"region_country": None}, {"organisation.region": "region"}),
        ({"region": "FR10"}, {"region_country": "FR"}, {"organisation.region_elsewhere": "region"}),
        (
            {"organisation_type": OrganisationType.PUBLIC_AUTHORITY},
            {},
            {"organisation.public_authority_form": "legal_form"},
        ),
        (
            {"organisation_type": OrganisationType.SME, "legal_form": LegalForm.PUBLIC_BODY},
            {},
            {"organisation.enterprise_form": "legal_form"},
        ),
        ({"headcount": 3}, {}, {"organisation.figures_date": "figures_on"}),
        ({"figures_on": date(2019, 3, 2)}, {}, {"organisation.figures_future": "figures_on"}),
        ({"turnover": Money(-1), "figures_on": TODAY}, {}, {"organisation.negative_figure": "turnover"}),
        (
            {"sme": SmeStatus.YES, "headcount": 900, "figures_on": TODAY},
            {},
            {"organisation.sme_contradicted": "sme"},
        ),
    ],
)
def test_details_that_do_not_fit(details: Any, around: Any, found: Any) -> None:
    assert ids(check_details(replace(GOOD, **details), replace(AROUND, **around), on=TODAY)) == found


def test_everything_is_said_at_once() -> None:
    bad = replace(GOOD, region="FR10", vat="1", headcount=3)
    found = check_details(bad, replace(AROUND, region_country="FR"), on=TODAY)
    assert set(ids(found)) == {"organisation.region_elsewhere", "organisation.vat_form", "organisation.figures_date"}


def test_platform_registration_rests_on_evidence() -> None:
    def check(state: PlatformState, reference: str = "", on: date | None = None) -> dict[str, str]:
        return ids(check_platform_registration(state, reference=reference, happened_on=on, on=TODAY))

    assert check(PlatformState.NONE) == {}
    assert check(PlatformState.REQUESTED) == {"organisation.platform_date": "happened_on"}
    assert check(PlatformState.REQUESTED, on=TODAY) == {}
    assert check(PlatformState.REGISTERED, on=TODAY) == {"organisation.platform_reference": "reference"}
    assert check(PlatformState.REGISTERED, "https://example.org/cluster", TODAY) == {}
    assert check(PlatformState.REQUESTED, on=date(2019, 3, 2)) == {"organisation.platform_future": "happened_on"}
