"""Bank accounts: every IBAN that its country makes is taken, every slip of a digit is seen and placed."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from app.core.latin import carried
from app.payments.rules.accounts import MOST_HOLDER, grouped, masked, read_account, tidy

RIGHT = (
    "BE68539007547034",
    "DE89370400440532013000",
    "NL91ABNA0417164300",
    "AT611904300234573201",
    "HU42117730161111101800000000",
)
BICS = {"BE": "GKCCBEBB", "DE": "COBADEFFXXX", "NL": "ABNANL2A", "AT": "OPSKATWW", "HU": "OTPVHUHB"}


def rules(iban: str, bic: str = "", holder: str = "Cluster ASBL") -> dict[str, str]:
    return {one.rule: one.place for one in read_account(holder, iban, bic)[1]}


@pytest.mark.parametrize("iban", RIGHT)
def test_right_accounts_are_taken_as_people_type_them(iban: str) -> None:
    typed = f" {grouped(iban).lower()} "
    read, findings = read_account("  Cluster   ASBL ", typed, BICS[iban[:2]].lower())
    assert findings == ()
    assert (read.holder, read.iban, read.bic) == ("Cluster ASBL", iban, BICS[iban[:2]])


@given(st.sampled_from(RIGHT), st.integers(2, 30), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_seen_at_the_iban(iban: str, at: int, digit: str) -> None:
    assume(at < len(iban) and iban[at].isdigit() and iban[at] != digit)
    found = rules(iban[:at] + digit + iban[at + 1 :], BICS[iban[:2]])
    assert found == {"payments.iban_wrong": "iban"}


@given(st.sampled_from(RIGHT), st.integers(4, 30))
def test_two_digits_that_are_swapped_are_always_seen(iban: str, at: int) -> None:
    assume(at + 1 < len(iban) and iban[at] != iban[at + 1])
    swapped = iban[:at] + iban[at + 1] + iban[at] + iban[at + 2 :]
    assert rules(swapped, BICS[iban[:2]]).get("payments.iban_wrong") == "iban"


@given(st.text(max_size=40), st.text(max_size=20), st.text(max_size=90))
def test_whatever_is_typed_is_judged_and_only_right_accounts_pass(iban: str, bic: str, holder: str) -> None:
    read, findings = read_account(holder, iban, bic)
    assert {one.place for one in findings} <= {"iban", "bic", "holder"}
    if findings:
        assert all(one.text for one in findings)
    else:
        assert IBAN(read.iban).in_sepa_zone
        assert 0 < len(read.holder) <= MOST_HOLDER
        assert len(carried(read.holder)) <= MOST_HOLDER


def test_a_wrong_iban_says_what_is_wrong_with_it() -> None:
    texts = {
        "BE6853900754703": "it has 15 characters, which no IBAN of BE has",
        "BE68539007547043": "its check digits 68 do not fit the rest",
        "ZZ68": "as in an IBAN of ZZ",
    }
    for iban, words in texts.items():
        [found] = [one for one in read_account("A", iban, "GKCCBEBB")[1] if one.place == "iban"]
        assert words in found.text


def test_iban_and_bic_agree() -> None:
    assert rules("DE89370400440532013000", "DEUTDEFF") == {"payments.bic_other_bank": "bic"}
    assert rules("DE89370400440532013000", "GKCCBEBB") == {"payments.bic_other_country": "bic"}
    assert rules("BE68539007547034", "COBADEFF") == {"payments.bic_other_country": "bic"}
    assert rules("DE89370400440532013000", "COBADEFF") == {}


def test_a_bic_that_the_iban_tells_need_not_be_typed() -> None:
    read, findings = read_account("A", "DE89370400440532013000", "")
    assert (read.bic, read.bank, findings) == ("COBADEFFXXX", "Commerzbank", ())
    assert rules("BE68539007547034") == {"payments.bic_missing": "bic"}


def test_accounts_outside_sepa_are_refused() -> None:
    assert rules("TR330006100519786457841326", "TCZBTR2A") == {"payments.iban_not_sepa": "iban"}


def test_nothing_at_all_is_asked_for_at_each_field() -> None:
    assert rules("", "", " ") == {"payments.holder_missing": "holder", "payments.iban_missing": "iban"}
    assert rules(RIGHT[0], "GKCCBEBB", "x" * 71) == {"payments.holder_too_long": "holder"}


def test_a_name_that_is_longer_in_latin_letters_is_judged_as_the_bank_carries_it() -> None:
    name = "Национален клъстер за устойчиви храни и жизнена среда Щастие " * 2
    fits, grows = name[:40].strip(), name[:68].strip()
    assert rules(RIGHT[0], "GKCCBEBB", fits) == {}
    assert len(grows) <= MOST_HOLDER < len(carried(grows))
    [found] = read_account(grows, RIGHT[0], "GKCCBEBB")[1]
    assert (found.rule, found.place) == ("payments.holder_too_long_in_latin", "holder")
    assert f"it has {len(carried(grows))} characters, and they carry 70" in found.text


@given(st.sampled_from(["BE", "DE", "FR", "NL", "IT", "ES", "PL", "AT", "CZ", "PT"]), st.randoms(use_true_random=False))
def test_accounts_that_a_country_makes_are_never_called_wrong(country: str, chance: st.Random) -> None:
    iban = IBAN.random(country, random=chance)
    assume(_checks_hold(iban))
    assert "payments.iban_wrong" not in rules(iban)


def _checks_hold(iban: str) -> bool:
    """The library makes numbers whose national check digits are not always right."""
    try:
        IBAN(iban, validate_bban=True)
    except SchwiftyException:
        return False
    return True


@given(st.sampled_from(RIGHT))
def test_numbers_are_shown_in_groups_or_masked(iban: str) -> None:
    assert tidy(grouped(iban)) == iban
    assert iban[4:-4] not in masked(iban)
    assert masked(iban).endswith(iban[-4:])
    assert masked("") == ""
