"""The spine through the API: programs of the same people do the same things, and the same rules answer."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx2 as httpx
import pytest
import sqlalchemy as sa

from app.accounts.models import Person
from app.core.actor import Role
from tests.builders.applications import ANSWERS
from tests.builders.calls import a_programme, shipped_bytes
from tests.builders.people import a_person, an_api_token, code_of
from tests.journeys import spine
from tests.journeys.test_spine import check_events, check_mails, check_rows, sealed
from tests.support.live import Live, live, until
from tests.support.pdfs import a_pdf

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime

ORGANISATIONS = {
    spine.NEWCOMER: ("Norte Têxtil", "PT", "PT11", "Porto"),
    spine.INVITED: ("Cluster Lombardia Manifattura", "IT", "ITC4", "Milano"),
    spine.BY_MAIL: ("Sofia Mechatronics", "BG", "BG41", "Sofia"),
}


class Program:
    """A program that uses the API with the token of a person."""

    def __init__(self, live: Live, email: str, *, lasts: timedelta = timedelta(days=30)) -> None:
        self.email, self.live = email, live
        with live.runtime.database.transaction() as session:
            person = session.execute(sa.select(Person).where(Person.email == email)).scalar_one()
            now = live.runtime.clock.now()
            token = an_api_token(session, person, now=now, expires_at=now + lasts)
        self.client = httpx.Client(
            base_url=f"{live.base}/api/v1", headers={"authorization": f"Bearer {token}"}, timeout=60
        )

    def ask(self, method: str, path: str, status: int, body: Any = None, **options: Any) -> Any:
        """Send JSON; the answer, which must have this status."""
        answer = self.client.request(method, path, json=body, **options)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text[:800]}"
        kind = answer.headers.get("content-type", "")
        assert kind == "application/problem+json" or status < 400
        return answer.json() if "json" in kind and answer.content else answer.content

    def confirmed(self) -> dict[str, Any]:
        """What a request needs besides: the code that the person's device shows now."""
        return {"headers": {"second-step": code_of(self.live.runtime.clock.now())}}

    def organise(self) -> str:
        """Register the organisation of this person; gives its id."""
        name, country, region, city = ORGANISATIONS[self.email]
        details = {
            "legal_name": name, "country": country, "region": region, "city": city,
            "organisation_type": "cluster_organisation", "legal_form": "non_profit",
            "pic": str(900_200_000 + sum(map(ord, name))),
        }  # fmt: skip
        made: str = self.ask("POST", "/organisations", 201, details)["id"]
        self.ask(
            "PUT",
            f"/organisations/{made}/platform-registration",
            204,
            {"state": "registered", "reference": "4711", "happened_on": "2018-06-01"},
        )
        return made


def prepare(runtime: Runtime) -> None:
    """The people; whoever has a token has an account."""
    with runtime.database.transaction() as session:
        a_person(session, email=spine.OFFICER, name="Maaike Jansen", roles=(Role.PROGRAMME_OFFICER,))
        a_programme(session)
        for email, name in ((spine.NEWCOMER, "Ana Costa"), (spine.INVITED, "Chiara"), (spine.BY_MAIL, "Dimitar")):
            a_person(session, email=email, name=name)


@pytest.mark.soak
def test_the_same_call_through_the_api(tmp_path: Path) -> None:
    with live("spine_api", tmp_path, at=spine.START, prepare=prepare) as platform:
        programs = [Program(platform, email) for email in (spine.OFFICER, spine.NEWCOMER, spine.INVITED, spine.BY_MAIL)]
        officer, ana, chiara, dimitar = programs
        publish(officer)
        base = f"/applications/{begin(ana)}"
        partners = gather(ana, chiara, dimitar, base)
        write(ana, base)
        correct(officer, ana, base)
        compare(ana, chiara, base)
        receipt = submit_at_the_cap(ana, base, partners)
        genuine(platform, receipt)
        submit_again(ana, base)
        left = chiara.ask(
            "POST", f"/calls/{spine.CALL}/applications", 201, {"organisation_id": own(chiara), "acronym": "TOOLATE"}
        )
        miss(platform, ana, base)
        close(platform, chiara, left["id"])
        until(lambda: sealed(platform) == 2, "both receipts")
        check_rows(platform, UUID(base.rsplit("/", 1)[1]))
        check_events(platform)
        check_mails(platform)
        for program in programs:
            program.client.close()


def publish(officer: Program, content: bytes | None = None) -> None:
    content = content or shipped_bytes()
    answer = officer.client.post("/calls", content=content, headers={"content-type": "application/yaml"})
    assert answer.status_code == 201, answer.text
    here = f"/calls/{spine.CALL}"
    assert httpx.get(f"{officer.client.base_url}calls/{spine.CALL}").status_code == 404
    problem = officer.ask("POST", f"{here}/publication", 422, {})
    assert "call.assumed_figures" in {one["rule"] for one in problem["violations"]}
    assert officer.ask("POST", f"{here}/publication", 200, {"confirm_assumed": True})["version"] == "1.0"
    assert httpx.get(f"{officer.client.base_url}calls/{spine.CALL}").status_code == 200


def begin(ana: Program) -> str:
    wanted = {"organisation_id": ana.organise(), "acronym": spine.ACRONYM}
    key = {"idempotency-key": "begin-once"}
    first = ana.ask("POST", f"/calls/{spine.CALL}/applications", 201, wanted, headers=key)
    assert ana.ask("POST", f"/calls/{spine.CALL}/applications", 201, wanted, headers=key) == first
    made: str = first["id"]
    return made


def own(program: Program) -> str:
    """The organisation of this person."""
    found: str = program.ask("GET", "/me", 200)["roles"][0]["scope_id"]
    return found


def gather(ana: Program, chiara: Program, dimitar: Program, base: str) -> list[str]:
    """One partner by its organisation, one by e-mail; gives the ids of all three."""
    known = ana.ask("POST", f"{base}/partners", 201, {"organisation_id": chiara.organise()})["id"]
    unknown = ana.ask("POST", f"{base}/partners", 201, {"email": spine.BY_MAIL})["id"]
    chiara.ask("GET", base, 404)
    chiara.ask("POST", f"{base}/partners/{known}/answer", 204, {"accept": True})
    dimitar.ask(
        "POST", f"{base}/partners/{unknown}/answer", 204, {"accept": True, "organisation_id": dimitar.organise()}
    )
    rows = chiara.ask("GET", f"{base}/partners", 200)
    assert [row["state"] for row in rows] == ["accepted"] * 3
    return [row["id"] for row in rows]


def write(ana: Program, base: str) -> None:
    for name, answers in ANSWERS.items():
        told: dict[str, Any] = dict(answers)
        if name == "results":
            told["indicators"] = answers["indicators"] | {"exchanges": 50, "exchanges_with_smes": 30}
        saved = ana.ask(
            "PUT", f"{base}/sections/{name}", 200, {"answers": told, "version": 1 if name == "general" else 0}
        )
        assert bool(saved["findings"]) is (name in {"results", "budget"}), saved
    refused = ana.client.put(
        f"{base}/attachments/part_b", content=b"no PDF", headers={"content-type": "application/pdf"}
    )
    assert refused.status_code == 422
    stored = ana.client.put(
        f"{base}/attachments/part_b", content=a_pdf(pages=2), headers={"content-type": "application/pdf"}
    )
    assert stored.json()["pages"] == 2


def correct(officer: Program, ana: Program, base: str) -> None:
    published = officer.ask("POST", f"/calls/{spine.CALL}/corrigendum", 200, {"confirm_assumed": True})
    assert published["version"] == "1.1"
    changes = ana.ask("GET", f"/calls/{spine.CALL}/versions/1.1", 200)["changes"]
    assert ("100", "50") in {(str(one["before"]), str(one["after"])) for one in changes}
    places = {one["place"] for one in ana.ask("GET", f"{base}/findings", 200)["findings"]}
    assert not any("results" in place for place in places)


def compare(ana: Program, chiara: Program, base: str) -> None:
    """The second writer of a section hears which version is stored and what it says."""
    section = ana.ask("GET", base, 200)
    stored = next(one for one in section["sections"] if one["id"] == "results")
    answers = stored["answers"]
    theirs = {"answers": answers | {"lasting_effect": "Text of Chiara."}, "version": stored["version"]}
    saved = chiara.ask("PUT", f"{base}/sections/results", 200, theirs)
    mine = {"answers": answers | {"lasting_effect": "Text of Ana."}, "version": stored["version"]}
    problem = ana.ask("PUT", f"{base}/sections/results", 409, mine)
    assert problem["current_version"] == saved["version"]
    assert "Text of Chiara." in problem["theirs"].values()
    ana.ask("PUT", f"{base}/sections/results", 200, mine | {"version": problem["current_version"]})


def sheet(ana: Program, base: str, partner: str, third_parties: str, version: int) -> int:
    """Save the costs of one partner; gives the version."""
    amounts = spine.COSTS | {"third_parties": third_parties}
    lines = [{"category": category, "amount": amount} for category, amount in amounts.items()]
    saved: int = ana.ask("PUT", f"{base}/budget/{partner}", 200, {"lines": lines, "version": version})["version"]
    return saved


def submit_at_the_cap(ana: Program, base: str, partners: list[str]) -> bytes:
    for partner in partners[1:]:
        sheet(ana, base, partner, spine.COSTS["third_parties"], 0)
    version = sheet(ana, base, partners[0], spine.OVER_THE_CAP, 0)
    problem = ana.ask("POST", f"{base}/submissions", 422)
    [finding] = problem["violations"]
    figures = [each["amount"] for each in finding["figures"].values() if isinstance(each, dict)]
    assert {"360000.01", "360000.00", "0.01"} <= set(figures)
    sheet(ana, base, partners[0], spine.AT_THE_CAP, version)
    made = ana.ask("POST", f"{base}/submissions", 201)
    assert made["number"] == 1
    return receipt_of(ana, base, 1)


def receipt_of(ana: Program, base: str, number: int) -> bytes:
    """The sealed receipt of a version, as soon as it is made."""

    def look() -> str | None:
        made: str = next(one for one in ana.ask("GET", f"{base}/submissions", 200) if one["number"] == number)[
            "receipt"
        ]
        return made if ana.ask("GET", f"/documents/{made}", 200)["state"] == "sealed" else None

    pdf: bytes = ana.ask("GET", f"/documents/{until(look, 'the receipt')}/file", 200)
    assert pdf.startswith(b"%PDF-")
    return pdf


def genuine(platform: Live, receipt: bytes) -> None:
    """The public page says that this very file is ours."""
    with httpx.Client(base_url=platform.base, follow_redirects=True, timeout=60) as visitor:
        token = visitor.get("/verify").text.split('name="_csrf" value="')[1].split('"')[0]
        answer = visitor.post("/verify", data={"_csrf": token}, files={"file": ("r.pdf", receipt, "application/pdf")})
    assert answer.status_code == 200
    assert f"{spine.CALL}/0001" in answer.text


def submit_again(ana: Program, base: str) -> None:
    stored = next(one for one in ana.ask("GET", base, 200)["sections"] if one["id"] == "results")
    changed = {"answers": stored["answers"] | {"lasting_effect": "A fund for visits."}, "version": stored["version"]}
    ana.ask("PUT", f"{base}/sections/results", 200, changed)
    assert ana.ask("POST", f"{base}/submissions", 201)["number"] == 2


def miss(platform: Live, ana: Program, base: str) -> None:
    platform.move_to(spine.DEADLINE + timedelta(seconds=1))
    problem = ana.ask("POST", f"{base}/submissions", 422)
    assert "deadline" in problem["violations"][0]["message"]


def close(platform: Live, chiara: Program, left: str) -> None:
    platform.move_to(spine.DEADLINE + timedelta(minutes=3))
    platform.run_job("close_calls")
    until(lambda: chiara.ask("GET", f"/applications/{left}", 200)["state"] == "not_submitted", "the closing")
