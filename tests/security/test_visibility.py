"""The table of who sees what: each entry is opened alone, and a crawler finds its secret and no other.

Whoever counts for the audience of the entry must find what was planted for it, on some page, file or API answer;
everybody else must not, and with an empty table nobody finds anything.
"""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, get_args

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from app.calls.rules.evaluation_kinds import Audience, Phase, Sight
from app.calls.rules.visibility import foreign_sights
from app.calls.schemas import NewProgramme
from app.calls.use_cases.create_programme import create_programme
from app.infra.sealing_demo import make_test_authority
from app.notifications.models import Message
from app.settings import Mode
from app.web.requests import SESSION_COOKIE
from tests.builders.people import actor_for, an_administrator
from tests.conftest import NOW
from tests.security.test_leaks import LINK, words
from tests.security.visibility_world import (
    AUDIENCES,
    COLUMNS,
    EXPERTS,
    PHASES,
    VOTERS,
    Case,
    Line,
    make_case,
    opened,
)
from tests.security.visitor import Row, matrix
from tests.support.runtime import a_runtime, app_of

if TYPE_CHECKING:
    import httpx2 as httpx

    from app.delivery.runtime import Runtime

Entry = tuple[Phase, Audience, Sight]
ENTRIES: tuple[Entry, ...] = tuple(
    (phase, audience, sight)
    for phase, audience, sight in itertools.product(PHASES, get_args(Audience), get_args(Sight))
    if not foreign_sights(phase, audience, [sight])
)
"""Every entry that a call may hold."""
PAIRS = tuple(dict.fromkeys((audience, sight) for _, audience, sight in ENTRIES))
SOME = tuple(
    [entry for entry in ENTRIES if entry[1:] == pair][number % sum(entry[1:] == pair for entry in ENTRIES)]
    for number, pair in enumerate(PAIRS[::2])
)
"""What `make test` opens: every second pair of audience and sight, in the next phase in which there can be one."""
OWN_DATA = ("/account/data", "/api/v1/me/data")
GONE = ("ended", "declined")
ROOM = ("rapporteur", "evaluator", "moderator", "officer")
"""Who takes part in the discussion of a group, once the report of the group is open to them."""
POOL = re.compile(r"^(/officer/calls/[^/]+/experts|/api/v1/calls/[^/]+/experts)(\?|$)")
"""The office invited these experts: their names stand there, without what each of them judges."""
FILES = (
    "/applications?format=csv",
    "/officer/calls/{call_id}/assignments?format=csv",
    "/officer/calls/{call_id}/assignments?format=xlsx",
    "/officer/calls/{call_id}/awards?format=csv",
    "/officer/calls/{call_id}/evaluation?format=csv",
    "/officer/calls/{call_id}/evaluation?format=xlsx",
    "/officer/calls/{call_id}/letters?format=csv",
    "/officer/calls/{call_id}/ranking?format=csv",
    "/officer/calls/{call_id}/ranking?format=xlsx",
    "/panel/{call_id}?format=csv",
    "/panel/{call_id}?format=xlsx",
)
ABOUT = re.compile(
    r"^/(api/v1/(applications|assignments|awards|documents|evaluation|letters|calls/\{identifier\}/(?!versions))"
    r"|applications|documents|evaluation|officer|panel|tasks)\b"
)
"""Addresses of routes that could say something of an evaluation; the long walk takes all others as well."""
MOST_LINKS = 200


@dataclass(slots=True)
class Seen:
    """A call in each phase, and an application at whose doors people knock."""

    runtime: Runtime
    client: TestClient
    cases: dict[Phase, Case] = field(default_factory=dict)

    def case(self, phase: Phase) -> Case:
        """The call of that phase, made when it is first asked for; its table is empty."""
        if phase not in self.cases:
            self.cases[phase] = make_case(self.runtime, phase)
            with opened(self.runtime, self.cases[phase]):
                pass
        return self.cases[phase]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    """An installation with one call in each phase."""
    with a_runtime("visibility", tmp_path_factory.mktemp("visibility"), mode=Mode.DEMO) as runtime:
        make_test_authority(runtime.seal_dir, now=NOW)
        with runtime.database.transaction() as session:
            setup = actor_for(session, an_administrator(session))
            create_programme(session, setup, NewProgramme(code="COSME", title="COSME"), now=NOW)
        with TestClient(app_of(runtime), follow_redirects=False, raise_server_exceptions=False) as client:
            yield Seen(runtime, client)


@pytest.mark.parametrize("phase", PHASES)
def test_with_an_empty_table_nobody_finds_anything(seen: Seen, phase: Phase) -> None:
    case = seen.case(phase)
    walking = list(AUDIENCES)[PHASES.index(phase) :: len(PHASES)]  # everybody in all phases: the long walk
    assert [one for person in walking for one in _wrong(seen, case, person)] == []


@pytest.mark.parametrize("entry", SOME, ids="-".join)
def test_an_entry_shows_its_secret_to_its_audience_and_nothing_else(seen: Seen, entry: Entry) -> None:
    phase, audience, sight = entry
    case = seen.case(phase)
    others = [person for person in AUDIENCES if audience not in AUDIENCES[person]]
    with opened(seen.runtime, case, (audience, sight)):
        walking = (*_of(audience), others[ENTRIES.index(entry) % len(others)])
        assert [one for person in walking for one in _wrong(seen, case, person, (audience, sight))] == []


@pytest.mark.parametrize("phase", ["consensus", "panel"])
def test_a_full_table_shows_nothing_to_who_has_a_conflict(seen: Seen, phase: Phase) -> None:
    _nothing_for(seen, phase, "conflicted", "employed")


@pytest.mark.soak
@pytest.mark.parametrize("phase", PHASES)
def test_the_long_walk_finds_nothing_either(seen: Seen, phase: Phase) -> None:
    case = seen.case(phase)
    assert [one for person in AUDIENCES for one in _wrong(seen, case, person, thorough=True)] == []
    _nothing_for(seen, phase, *(person for person, theirs in AUDIENCES.items() if not theirs), "stranger", "public")


@pytest.mark.soak
@pytest.mark.parametrize("entry", ENTRIES, ids="-".join)
def test_every_entry_for_every_person(seen: Seen, entry: Entry) -> None:
    phase, audience, sight = entry
    case = seen.case(phase)
    with opened(seen.runtime, case, (audience, sight)):
        assert [one for person in AUDIENCES for one in _wrong(seen, case, person, (audience, sight))] == []


def _nothing_for(seen: Seen, phase: Phase, *people: str) -> None:
    case = seen.case(phase)
    lines = [(audience, sight) for when, audience, sight in ENTRIES if when == phase]
    with opened(seen.runtime, case, *lines):
        assert [one for person in people for one in _wrong(seen, case, person, *lines)] == []


def test_no_mail_tells_what_the_table_hides(seen: Seen) -> None:
    for phase in PHASES:
        case = seen.case(phase)
        with seen.runtime.database.reading() as session:
            for name, person in case.people.items():
                mails = session.execute(
                    sa.select(Message.subject, Message.text, Message.html).where(Message.address == person.email)
                ).all()
                texts = [part for mail in mails for part in mail]
                told = {what for what, word in _secrets(case).items() if any(word in text for text in texts)}
                assert told <= {f"name{name}"}, (phase, name)


def test_each_audience_and_each_sight_is_met_in_every_run() -> None:
    for at, every in ((0, set(PHASES)), (1, set(get_args(Audience)) - {"public"}), (2, set(get_args(Sight)))):
        assert {entry[at] for entry in SOME} == {entry[at] for entry in ENTRIES} == every
    assert all(_of(audience) for _, audience, _ in ENTRIES)


def _of(audience: Audience) -> list[str]:
    return [person for person, theirs in AUDIENCES.items() if audience in theirs]


def _secrets(case: Case) -> dict[str, str]:
    """What was planted in a call. Who has a seat is named where the committee is, which is no secret."""
    names = [f"{kind}{name}" for kind in ("report", "name") for name in (*EXPERTS, *GONE)]
    wanted = (*names, "reportconflicted", "consensus", "message", "ranking", "mark", "summary")
    return {what: case.planted(what) for what in wanted}


def _expected(case: Case, person: str, lines: tuple[Line, ...]) -> tuple[set[str], set[str]]:
    """What the person must find under these entries, and what may be found besides."""
    sights = {sight for audience, sight in lines if audience in AUDIENCES[person]}
    others = [name for name in EXPERTS if name != person]
    must: set[str] = set()
    may = {f"name{person}"}
    if "own_report" in sights and person in EXPERTS:
        must.add(f"report{person}")
    if "other_reports" in sights:
        must |= {f"report{name}" for name in others}
    if "expert_names" in sights:
        must |= {f"name{name}" for name in others}
        may |= {f"name{name}" for name in GONE}
    if "consensus_report" in sights and case.phase != "individual":
        must |= {"consensus", "summary", *(["message"] if person in ROOM else [])}
    if "ranking" in sights:
        must |= {"ranking", "mark", *(["consensus"] if case.phase == "informed" else [])}
    if "summary_report" in sights:
        must |= {"summary", "mark"}
    if case.phase == "informed" and person == "officer":
        must |= {"summary", "mark"}  # of the letters that the office itself sends
    return must, may


def _wrong(seen: Seen, case: Case, person: str, *lines: Line, thorough: bool = False) -> list[str]:
    """What the person finds beyond what the table opens, with the page, and what cannot be found."""
    found: dict[str, str] = {}
    secrets = _secrets(case)
    for path, text in _everything(seen, case, person, thorough=thorough):
        loud = text.upper()
        for what, word in secrets.items():
            if word in loud and not _is_theirs_anyhow(person, what, path):
                found.setdefault(what, path)
    must, may = _expected(case, person, lines)
    leaks = [f"{person} finds {what} on {path}" for what, path in found.items() if what not in must | may]
    return leaks + [f"{person} does not find {what}" for what in sorted(must - set(found))]


def _is_theirs_anyhow(person: str, what: str, path: str) -> bool:
    """The office invites experts by name; whoever voted reads the own words among the data that are held of them."""
    invites = person == "officer" and what.startswith("name") and POOL.match(path) is not None
    return invites or (person in VOTERS and what == "ranking" and path.startswith(OWN_DATA))


def _everything(seen: Seen, case: Case, person: str, *, thorough: bool) -> Iterator[tuple[str, str]]:
    """Every address of the call that this kind of person may use, at both doors, and lists as files.

    The thorough walk follows the links about the call too, and tries the assignments of everybody at both doors.
    """
    known = case.ids if thorough else case.ids | {"assignment_id": case.assignments_near(person)}
    routes = [row.path for row in matrix() if _is_open(row, person) and (thorough or ABOUT.match(row.path))]
    files = [path for path in FILES if thorough or path.startswith("/officer") == (person == "officer")]
    waiting = [one for path in (*routes, *files) for one in _filled(path, known)]
    asked: set[str] = set()
    most = len(waiting) + (MOST_LINKS if thorough else 0)
    ours = re.compile("|".join(re.escape(one) for one in (*case.ids["call_id"], *case.ids["application_id"])))
    while waiting and len(asked) < most:
        path = waiting.pop(0).replace("&amp;", "&")
        if path in asked:
            continue
        asked.add(path)
        answer = _ask(seen, case, person, path)
        yield path, _text(answer)
        if thorough and "html" in answer.headers.get("content-type", ""):
            waiting += [link for link in LINK.findall(answer.text) if ours.search(link)]


def _is_open(row: Row, person: str) -> bool:
    """Whether the route can be read by this kind of person at all; where not, test_matrix proves the refusal."""
    return row.method == "GET" and row.cells[COLUMNS.get(person, "evaluator")] != "-"


def _filled(path: str, known: dict[str, list[str]]) -> list[str]:
    """The addresses of a route with the ids of the case, in every combination; none where it has no such thing."""
    names = re.findall(r"\{(\w+)\}", path)
    values = [known.get(name, []) for name in names]
    return [path.format(**dict(zip(names, chosen, strict=True))) for chosen in itertools.product(*values)]


def _ask(seen: Seen, case: Case, person: str, path: str) -> httpx.Response:
    seen.client.cookies.clear()
    headers = {}
    if path.startswith("/api/") and person in case.tokens:
        headers["authorization"] = f"Bearer {case.tokens[person]}"
    elif person in case.sessions:
        seen.client.cookies.set(SESSION_COOKIE, case.sessions[person])
    return seen.client.get(path, headers=headers)


def _text(answer: httpx.Response) -> str:
    """The text of an answer; of a spreadsheet its parts."""
    assert answer.status_code < 500, answer.url
    if not answer.headers.get("content-type", "").endswith("sheet"):
        return words(answer)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as parts:
        return "\n".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
