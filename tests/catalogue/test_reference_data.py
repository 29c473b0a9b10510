"""The reference data themselves: complete, consistent, and true on the dates that calls are judged."""

import csv
import os
import re
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import Money
from app.reference import queries
from app.reference.rules.validity import clashes
from app.reference.schemas import CategoryRecord, Confidence, Fact, NutsVersion, RegionCategory

ESCP_4X_DEADLINE = date(2019, 4, 4)
AFTER_WITHDRAWAL = date(2020, 2, 1)
THIRD_COUNTRIES_2018 = frozenset(["IS", "AL", "BA", "XK", "ME", "MK", "RS", "TR", "AM", "MD", "UA"])
PERIOD_2014_2020 = st.dates(date(2014, 1, 1), date(2020, 12, 31))
ANY_DAY = st.dates(date(1950, 1, 1), date(2040, 12, 31))
PROJECT = Path(__file__).resolve().parents[2]

LESS, TRANSITION, MORE = RegionCategory.LESS_DEVELOPED, RegionCategory.TRANSITION, RegionCategory.MORE_DEVELOPED


def every_row() -> list[Fact]:
    return [
        *queries.all_countries(),
        *queries.all_memberships(),
        *queries.all_regions(),
        *queries.all_categories(),
        *queries.all_lump_sums(),
        *queries.all_reference_rates(),
    ]


@pytest.fixture(scope="module")
def shared_lists() -> Path:
    folder = Path(os.environ.get("GRAPPE_SHARED_DATA", PROJECT.parent / "shared" / "data")) / "reference_lists"
    if not folder.is_dir():
        pytest.skip("no shared lists here (GRAPPE_SHARED_DATA): nothing to compare with")
    return folder


def level_2(path: Path, code: str) -> set[str]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        found = {row[code] for row in csv.DictReader(lines)}
    return {each for each in found if re.fullmatch(r"[A-Z]{2}[0-9A-Z]{2}", each) and not each.endswith("ZZ")}


# --- integrity


def test_every_row_names_its_source() -> None:
    assert all(row.source for row in every_row())


def test_no_two_rows_about_one_thing_share_a_day() -> None:
    assert clashes(queries.all_countries(), key=lambda row: row.code) == ()
    assert clashes(queries.all_memberships(), key=lambda row: (row.list_id, row.country)) == ()
    assert clashes(queries.all_regions(), key=lambda row: row.code) == ()
    assert clashes(queries.all_categories(), key=lambda row: row.region) == ()
    assert clashes(queries.all_lump_sums(), key=lambda row: row.territory) == ()


def test_country_codes_are_well_formed_and_unique() -> None:
    countries = queries.all_countries()
    for codes in ([row.code for row in countries], [row.iso_code for row in countries]):
        assert len(set(codes)) == len(codes)
        assert all(re.fullmatch("[A-Z]{2}", code) for code in codes)
    assert {row.code: row.iso_code for row in countries if row.code != row.iso_code} == {"EL": "GR", "UK": "GB"}
    assert all(row.name_en and row.name_fr and row.name_de for row in countries)


def test_every_list_region_and_lump_sum_names_a_known_country() -> None:
    known = {row.code for row in queries.all_countries()}
    assert {row.country for row in queries.all_memberships()} <= known
    assert {row.country for row in queries.all_regions()} <= known
    assert {row.territory for row in queries.all_lump_sums()} - known == {queries.OUTERMOST}


def test_region_codes_are_well_formed_and_begin_with_their_country() -> None:
    codes = [row.code for row in queries.all_regions()]
    assert len(set(codes)) == len(codes)
    for row in queries.all_regions():
        assert re.fullmatch(r"[A-Z]{2}[0-9A-Z]{2}", row.code)
        assert row.code[:2] == row.country
        assert row.versions
        assert row.name == row.name.strip() != ""


def test_a_region_follows_regions_of_its_country_that_ended_before_it_began() -> None:
    followed = [row for row in queries.all_regions() if row.predecessors]
    assert followed
    for row in followed:
        for code in row.predecessors:
            before = queries.region(code)
            assert before is not None
            assert before.country == row.country
            assert before.valid.last is not None
            assert before.valid.last < row.valid.first


def test_every_category_belongs_to_a_region_of_a_member_state_of_the_period() -> None:
    members = queries.countries_in("eu_member_states", ESCP_4X_DEADLINE)
    for row in queries.all_categories():
        region = queries.region(row.region)
        assert region is not None
        assert region.country in members


def test_a_region_keeps_the_category_of_the_regions_it_was_made_of() -> None:
    for row in queries.all_regions():
        for code in row.predecessors:
            assert queries.region_category(row.code, ESCP_4X_DEADLINE) == queries.region_category(
                code, ESCP_4X_DEADLINE
            )


def test_codes_agree_with_the_shared_nuts_lists(shared_lists: Path) -> None:
    files = {
        NutsVersion.V2013: ("nuts_2013.csv", "NUTS-Code"),
        NutsVersion.V2016: ("nuts_2016.csv", "NUTS_ID"),
        NutsVersion.V2021: ("nuts_2021.csv", "NUTS_ID"),
    }
    for version, (name, column) in files.items():
        ours = {row.code for row in queries.all_regions() if version in row.versions}
        theirs = level_2(shared_lists / name, column)
        assert ours == theirs


def test_categories_agree_with_the_regional_programmes(shared_lists: Path) -> None:
    labels = {"Less developed": LESS, "Transition": TRANSITION, "More developed": MORE}
    compared = 0
    with (shared_lists / "nuts_region_category_from_programmes.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            said = [labels[part] for part in row["categories"].split(";") if part in labels]
            if row["nuts2"] and len(said) == 1:
                compared += 1
                assert queries.region_category(row["nuts2"], ESCP_4X_DEADLINE) == said[0], row
    assert compared > 90


# --- countries over time


@pytest.mark.parametrize(
    ("day", "members"),
    [
        (date(1957, 12, 31), 0),
        (date(1958, 1, 1), 6),
        (date(1973, 1, 1), 9),
        (date(2004, 4, 30), 15),
        (date(2004, 5, 1), 25),
        (date(2013, 6, 30), 27),
        (date(2013, 7, 1), 28),
        (ESCP_4X_DEADLINE, 28),
        (date(2020, 1, 31), 28),
        (AFTER_WITHDRAWAL, 27),
    ],
)
def test_number_of_member_states(day: date, members: int) -> None:
    assert len(queries.countries_in("eu_member_states", day)) == members


def test_the_united_kingdom_leaves_the_union_and_stays_in_the_running_programmes() -> None:
    assert "UK" not in queries.countries_in("eu_member_states", AFTER_WITHDRAWAL)
    for programme in ("cosme", "h2020"):
        assert queries.is_in(programme, "GB", date(2020, 1, 31))
        assert queries.is_in(programme, "GB", AFTER_WITHDRAWAL)
    held = {row.country: row for row in queries.memberships("cosme", AFTER_WITHDRAWAL)}
    assert held["UK"].confidence is Confidence.ASSUMED


def test_cosme_countries_at_the_main_deadline() -> None:
    members = queries.countries_in("eu_member_states", ESCP_4X_DEADLINE)
    assert queries.countries_in("cosme", ESCP_4X_DEADLINE) == members | THIRD_COUNTRIES_2018


def test_neighbours_outside_cosme_stay_outside() -> None:
    for code in ("CH", "NO", "LI", "IL", "US", "GE"):
        assert not queries.is_in("cosme", code, ESCP_4X_DEADLINE)


def test_kosovo_joins_cosme_on_signature_and_carries_its_note() -> None:
    assert not queries.is_in("cosme", "XK", date(2017, 12, 18))
    assert queries.is_in("cosme", "XK", date(2017, 12, 19))
    kosovo = queries.country("xk")
    assert kosovo is not None
    assert kosovo.name() == "Kosovo*"
    assert "1244" in kosovo.note


def test_sixteen_countries_are_associated_to_horizon_2020() -> None:
    members = queries.countries_in("eu_member_states", ESCP_4X_DEADLINE)
    associated = queries.countries_in("h2020", ESCP_4X_DEADLINE) - members
    assert associated == frozenset(
        ["IS", "NO", "AL", "BA", "MK", "ME", "RS", "TR", "IL", "MD", "CH", "FO", "UA", "TN", "GE", "AM"]
    )


@given(ANY_DAY)
def test_a_member_state_of_a_programme_day_is_in_the_programme(day: date) -> None:
    if day.year >= 2014:
        assert queries.countries_in("eu_member_states", day) <= queries.countries_in("cosme", day)
        assert queries.countries_in("eu_member_states", day) <= queries.countries_in("h2020", day)
    assert not queries.countries_in("eu_member_states", day) & queries.countries_in("eea_efta", day)


def test_an_unknown_list_is_an_error_not_an_empty_set() -> None:
    with pytest.raises(KeyError):
        queries.countries_in("cosmos", ESCP_4X_DEADLINE)
    assert queries.list_ids() == {"eu_member_states", "cosme", "h2020", "eea_efta"}


def test_both_spellings_find_the_same_country() -> None:
    assert queries.country("GR") == queries.country("el")
    assert queries.country("GB") == queries.country("UK")
    assert queries.country("ZZ") is None
    greece = queries.country("GR")
    assert greece is not None
    assert (greece.name(), greece.name("fr"), greece.name("de"), greece.name("pl")) == (
        "Greece",
        "Grèce",
        "Griechenland",
        "Greece",
    )


# --- regions and categories


def test_regions_of_a_country_follow_the_version() -> None:
    assert [row.code for row in queries.regions("HR")] == ["HR03", "HR04"]
    assert [row.code for row in queries.regions("HR", NutsVersion.V2021)] == ["HR02", "HR03", "HR05", "HR06"]
    assert [row.code for row in queries.regions("IE", NutsVersion.V2013)] == ["IE01", "IE02"]
    assert len(queries.regions("GR")) == len(queries.regions("EL")) == 13


def test_countries_without_nuts_have_no_invented_region() -> None:
    for code in ("BA", "XK", "MD", "UA", "AM"):
        assert queries.regions(code) == ()


def test_outermost_regions_are_marked() -> None:
    marked = {row.code for row in queries.all_regions() if row.outermost and NutsVersion.V2016 in row.versions}
    assert marked == {"ES70", "PT20", "PT30", "FRY1", "FRY2", "FRY3", "FRY4", "FRY5"}


@pytest.mark.parametrize(
    ("code", "category"),
    [
        ("BG41", LESS),
        ("PL91", MORE),
        ("PL12", MORE),
        ("PL21", LESS),
        ("GR30", MORE),
        ("EL52", LESS),
        ("EL43", TRANSITION),
        ("FRK1", TRANSITION),
        ("FR72", TRANSITION),
        ("FRK2", MORE),
        ("DED4", TRANSITION),
        ("DED5", MORE),
        ("HR05", LESS),
        ("UKL1", LESS),
        ("GBL2", MORE),
        ("MT00", TRANSITION),
    ],
)
def test_category_of_a_region_at_the_main_deadline(code: str, category: RegionCategory) -> None:
    assert queries.region_category(code, ESCP_4X_DEADLINE) is category


@pytest.mark.parametrize("code", ["NO01", "TR10", "RS11", "XX99", "DE", ""])
def test_a_region_without_a_known_category_has_none(code: str) -> None:
    assert queries.region_category(code, ESCP_4X_DEADLINE) is None


@given(PERIOD_2014_2020, st.sampled_from(queries.all_categories()))
def test_a_category_holds_through_the_period(day: date, row: CategoryRecord) -> None:
    assert queries.region_category(row.region, day) is row.category


def test_no_category_is_claimed_outside_its_period() -> None:
    for day in (date(2013, 12, 31), date(2021, 1, 1)):
        assert {queries.region_category(row.region, day) for row in queries.all_categories()} == {None}


def test_a_record_tells_what_supports_it() -> None:
    read, assumed = (queries.category_record(code, ESCP_4X_DEADLINE) for code in ("PL21", "AT13"))
    assert read is not None
    assert assumed is not None
    assert (read.confidence, assumed.confidence) == (Confidence.MIRROR, Confidence.ASSUMED)
    assert "2014PL16M2OP006" in read.note


# --- lump sums


@pytest.mark.parametrize(
    ("host", "day", "euro"),
    [
        ("PT", date(2019, 6, 1), 780),
        ("GR", date(2019, 6, 1), 780),
        ("DK", date(2020, 6, 1), 1100),
        ("MD", date(2020, 6, 1), 530),
        ("AT", date(2023, 12, 31), 900),
        ("AT", date(2024, 1, 1), 1000),
    ],
)
def test_monthly_ceiling_of_a_host_country(host: str, day: date, euro: int) -> None:
    found = queries.lump_sum(host, day)
    assert found is not None
    assert found.ceiling == Money(euro * 100)


def test_a_host_in_an_outermost_region_has_its_own_ceiling() -> None:
    day = date(2020, 6, 1)
    azores, lisbon = (queries.lump_sum("PT", day, in_region=code) for code in ("PT20", "PT17"))
    assert azores is not None
    assert lisbon is not None
    assert (azores.ceiling, lisbon.ceiling) == (Money(110_000), Money(78_000))


def test_no_ceiling_is_invented() -> None:
    assert queries.lump_sum("US", date(2020, 6, 1)) is None
    assert queries.lump_sum("PT", date(2013, 12, 31)) is None


@given(st.dates(date(2018, 1, 1), date(2030, 12, 31)))
def test_every_cosme_country_but_the_united_kingdom_has_a_ceiling_in_whole_euro(day: date) -> None:
    for code in queries.countries_in("cosme", day) - {"UK"}:
        found = queries.lump_sum(code, day)
        assert found is not None, code
        assert found.ceiling > Money.zero()
        assert found.ceiling.cents % 100 == 0


# --- rates of the central bank


def test_one_reference_rate_is_in_force_on_every_day() -> None:
    rates = queries.all_reference_rates()
    assert clashes(rates, key=lambda row: "rate") == ()
    for earlier, later in pairwise(rates):
        assert earlier.valid.last == later.valid.first - timedelta(days=1), "no day without a rate"
    assert rates[-1].valid.last is None


def test_rates_that_were_read_are_those_of_the_table() -> None:
    known = {date(2016, 3, 15): 5, date(2019, 3, 1): 0, date(2023, 2, 1): 250, date(2024, 9, 18): 365}
    for day, points in known.items():
        found = queries.reference_rate(day)
        assert found is not None
        assert (found.rate.basis_points, found.confidence) == (points, Confidence.MIRROR)
    last = queries.reference_rate(date(2026, 1, 1))
    assert last is not None
    assert last.confidence is Confidence.ASSUMED
    assert queries.reference_rate(date(2012, 1, 1)) is None


# --- the page that shows the sources


def test_sources_sum_up_every_file() -> None:
    sets = {each.name: each for each in queries.sources()}
    files = {path.stem for path in (PROJECT / "app" / "reference" / "data").glob("*.csv")}
    assert set(sets) == files
    assert sum(each.rows for each in sets.values()) == len(every_row())
    assert all(sum(each.by_confidence.values()) == each.rows for each in sets.values())
    categories = sets["region_categories"]
    assert (categories.valid.first, categories.valid.last) == (date(2014, 1, 1), date(2020, 12, 31))
    assert categories.by_confidence == Counter(row.confidence for row in queries.all_categories())
    assert sets["countries"].valid.last is None
