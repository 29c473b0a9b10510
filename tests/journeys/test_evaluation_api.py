"""From the closed call to adopted ranking, bound money and sent letters, by programs of the same people."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.accounts.models import Person
from app.accounts.queries import actor_of_person
from app.accounts.use_cases.accept_invitation import accept_invitation, invitation_of_link
from tests.builders.evaluation import EVALUATING
from tests.builders.scoring import JUDGING
from tests.journeys import evaluation_facts as facts
from tests.journeys.evaluation_facts import CALL, World
from tests.journeys.test_spine_api import Program
from tests.support.live import Live, live, until
from tests.support.pdfs import a_pdf

YEAR = timedelta(days=365)
OFFICE = (facts.OFFICER, facts.SECOND, facts.SIGNER)
COMMITTEE = (facts.MODERATOR, facts.MEMBER, facts.OTHER_MEMBER)


@pytest.mark.soak
@pytest.mark.timeout(300)
def test_the_same_evaluation_through_the_api(tmp_path: Path) -> None:
    world = World(facts.RESERVE, people=facts.EXPERTS)
    with live("evaluation_api", tmp_path, at=facts.CHECKING, prepare=world.prepare) as platform, ExitStack() as clients:
        everybody = [*OFFICE, *COMMITTEE, *facts.EXPERTS, *world.consortium]
        programs = {email: Program(platform, email, lasts=YEAR) for email in everybody}
        for program in programs.values():
            clients.callback(program.client.close)
        check(programs, world)
        platform.move_to(EVALUATING)
        start(platform, programs)
        assignments = assign(platform, programs, world)
        platform.move_to(JUDGING)
        report(programs, world, assignments)
        agree(programs, world)
        world.judge_the_rival(platform)
        platform.move_to(facts.PANEL)
        sit(programs, world)
        adopt(programs, world)
        platform.move_to(facts.DECIDING)
        award(programs, world)
        send(programs, world)
        read(platform, programs, world)
        facts.check_documents(platform, world)
        facts.check_ledger(platform, world)
        facts.check_evaluation(platform, world)
        facts.check_mails(platform, world)


def rules(problem: Any) -> set[str]:
    """The rules that a refusal names."""
    return {one["rule"] for one in problem["violations"]}


def check(programs: dict[str, Program], world: World) -> None:
    """Declarations, results looked up, one question answered in time; one officer proposes, another confirms."""
    officer, second = programs[facts.OFFICER], programs[facts.SECOND]
    base = f"/applications/{world.application_id}"
    found = officer.ask("GET", f"{base}/checks", 200)
    assert len(next(one for one in found["checks"] if one["step"] == "exclusion")["findings"]) == 6
    for member in world.made.members:
        declaration = f"{base}/declarations/{member.partner_id}"
        programs[member.person.email].ask("POST", declaration, 204, {"confirmed": True})
        edes = {"partner_id": str(member.partner_id), "check": "edes", "outcome": "clear"}
        officer.ask("POST", f"{base}/recorded-checks", 201, edes)
    clarify(officer, programs[world.consortium[0]], base)
    for step in ("admissibility", "eligibility", "exclusion"):
        proposed = officer.ask("POST", f"{base}/checks/{step}/proposal", 200, {"outcome": "pass", "version": 0})
        confirm = {"decision": "confirm", "version": proposed["version"]}
        own = officer.ask("POST", f"{base}/checks/{step}/decision", 422, confirm)
        assert rules(own) == {"checks.four_eyes"}
        second.ask("POST", f"{base}/checks/{step}/decision", 200, confirm)
    assert officer.ask("GET", f"{base}/checks", 200)["outcome"] == "admitted"
    counts = officer.ask("GET", f"/calls/{CALL}/checks", 200)["counts"]
    assert (counts["admitted"], counts["open"]) == (2, 0)


def clarify(officer: Program, coordinator: Program, base: str) -> None:
    """A question about Part B, answered with a new PDF and accepted; the submission stays as it was."""
    due = (facts.CHECKING + timedelta(days=5)).isoformat()
    versions = coordinator.ask("GET", f"{base}/submissions", 200)
    question = {"kind": "missing_document", "question": "Page 2 is blank.", "field": "part_b", "due_at": due}
    made = officer.ask("POST", f"{base}/clarifications", 201, question)["id"]
    where, pdf = f"{base}/clarifications/{made}", a_pdf(pages=3)
    files = {"file": ("part-b.pdf", pdf, "application/pdf")}
    coordinator.ask("POST", f"{where}/answer", 204, data={"answer": "Here it is, complete."}, files=files)
    assert officer.ask("GET", f"{where}/file", 200) == pdf
    officer.ask("POST", f"{where}/settlement", 204, {"accept": True, "words": "Complete now."})
    [row] = coordinator.ask("GET", f"{base}/clarifications", 200)
    assert (row["state"], row["answer"]) == ("accepted", "Here it is, complete.")
    assert coordinator.ask("GET", f"{base}/submissions", 200) == versions


def start(platform: Live, programs: dict[str, Program]) -> None:
    """The evaluation begins; four people are invited by mail, accept by its link and register."""
    officer = programs[facts.OFFICER]
    begun = officer.ask("POST", f"/calls/{CALL}/evaluation", 201, {"reports_due_at": facts.EXPERTS_DUE.isoformat()})
    assert begun["figures"]["applications"] == 2
    officer.ask("POST", f"/calls/{CALL}/expert-invitations", 201, {"emails": list(facts.EXPERTS)})
    again = officer.ask("POST", f"/calls/{CALL}/expert-invitations", 422, {"emails": [facts.AGREES]})
    assert rules(again) == {"expert.already_invited"}
    for email in facts.EXPERTS:
        expert = programs[email]
        expert.ask("GET", f"/calls/{CALL}/experts/me", 404)
        follow_invitation(platform, email)
        details = {"expertise": "cluster policy, textiles", "languages": ["en", "fr"], "max_load": 3, "version": 0}
        expert.ask("PUT", f"/calls/{CALL}/experts/me", 200, details)
    known = officer.ask("GET", f"/calls/{CALL}/experts", 200)
    assert {one["email"] for one in known["registered"]} == set(facts.EXPERTS)
    assert (known["unregistered"], known["invitations"]) == ([], [])


def follow_invitation(platform: Live, email: str) -> None:
    """Accept by the link in the mail, as its page does: a person opens it, never a program."""
    token = platform.link(email, "You are invited as").rpartition("/")[2]
    now = platform.runtime.clock.now()
    with platform.runtime.database.transaction() as session:
        person_id = session.execute(sa.select(Person.id).where(Person.email == email)).scalar_one()
        offer = invitation_of_link(session, platform.runtime.signer, token, now=now)
        accept_invitation(session, actor_of_person(session, person_id), offer.id, now=now)


def assign(platform: Live, programs: dict[str, Program], world: World) -> dict[str, str]:
    """Two experts find nothing in the way; one has a conflict, sees nothing and is replaced. Ids by address."""
    officer = programs[facts.OFFICER]
    base = f"/evaluation/applications/{world.application_id}"
    people = {one["name"]: one["person_id"] for one in officer.ask("GET", f"{base}/candidates", 200)}
    made: dict[str, str] = {}

    def give(email: str) -> None:
        wanted = {"person_id": people[facts.NAMES[email]], "rapporteur": email == facts.RAPPORTEUR}
        made[email] = officer.ask("POST", f"{base}/assignments", 201, wanted)["id"]

    for email in (facts.RAPPORTEUR, facts.AGREES, facts.CONFLICTED):
        give(email)
    for email, assignment in made.items():
        assert assignment in platform.link(email, "An application to evaluate")
        closed_to(programs[email], assignment, 422)
    declare(programs[facts.CONFLICTED], made[facts.CONFLICTED], "conflict", facts.WHY_CONFLICT)
    closed_to(programs[facts.CONFLICTED], made[facts.CONFLICTED], 404)
    assert programs[facts.CONFLICTED].ask("GET", "/evaluation/assignments", 200) == []
    row = row_of(officer, world)
    assert (row["lacking"], [one["words"] for one in row["assignments"] if one["state"] == "conflict"]) == (
        1,
        [facts.WHY_CONFLICT],
    )
    again = {"person_id": people[facts.NAMES[facts.CONFLICTED]]}
    assert "assignment.twice" in rules(officer.ask("POST", f"{base}/assignments", 422, again))
    give(facts.DISSENTS)
    for email in (facts.RAPPORTEUR, facts.AGREES, facts.DISSENTS):
        shown = programs[email].ask("GET", f"/evaluation/assignments/{made[email]}/declaration", 200)
        assert (shown["acronym"], len(shown["partners"])) == (facts.ACRONYM, 3)
        declare(programs[email], made[email], "none")
        pdf = programs[email].ask("GET", f"/assignments/{made[email]}/attachments/part_b", 200)
        assert pdf.startswith(b"%PDF-")
    assert row_of(officer, world)["lacking"] == 0
    return made


def row_of(officer: Program, world: World) -> Any:
    """The application of the story on the office's board."""
    items = officer.ask("GET", f"/calls/{CALL}/assignments", 200)["items"]
    return next(one for one in items if one["application_id"] == str(world.application_id))


def declare(expert: Program, assignment: str, answer: str, words: str = "") -> None:
    """Say whether there is a conflict of interest."""
    given = {"answer": answer, "words": words}
    expert.ask("POST", f"/evaluation/assignments/{assignment}/declaration", 204, given)


def closed_to(expert: Program, assignment: str, status: int) -> None:
    """Nothing of the content is shown before no conflict is declared, and never after one is."""
    for path in ("report", "attachments/part_b"):
        refused = expert.ask("GET", f"/assignments/{assignment}/{path}", status)
        assert facts.ACRONYM not in str(refused)


def sheet(points: dict[str, str], version: int) -> dict[str, Any]:
    """A complete sheet as JSON."""
    return {
        "scores": points,
        "comments": {name: f"{facts.WORDS} ({name})." for name in points},
        "capacity": True,
        "overall_comment": "A sound proposal.",
        "version": version,
    }


def report(programs: dict[str, Program], world: World, assignments: dict[str, str]) -> None:
    """Three individual reports; nobody sees another's before the consensus is open."""
    officer = programs[facts.OFFICER]
    own = {facts.RAPPORTEUR: "28", facts.AGREES: "25", facts.DISSENTS: "16"}
    for email, relevance in own.items():
        where, expert = f"/assignments/{assignments[email]}/report", programs[email]
        half = sheet(facts.POINTS | {"relevance": relevance}, 0)
        part = half | {"scores": {"relevance": relevance}}
        saved = expert.ask("PUT", where, 200, part)
        stopped = expert.ask("POST", f"{where}/submission", 422, {"version": saved["version"]})
        assert rules(stopped) == {"evaluation.score_missing"}
        stale = expert.ask("PUT", where, 409, half)
        assert stale["current_version"] == saved["version"]
        whole = expert.ask("PUT", where, 200, half | {"version": saved["version"]})
        assert whole["findings"] == []
        done = expert.ask("POST", f"{where}/submission", 200, {"version": whole["version"]})
        assert (done["state"], done["late"]) == ("submitted", False)
        expert.ask("GET", f"/applications/{world.application_id}/consensus", 404)
    other = f"/assignments/{assignments[facts.DISSENTS]}/report"
    programs[facts.AGREES].ask("GET", other, 404)
    seen = officer.ask("GET", f"/applications/{world.application_id}/evaluation", 200)
    assert len(seen["reports"]) == 3


def agree(programs: dict[str, Program], world: World) -> None:
    """The rapporteur drafts, one agrees, one dissents with reasons that are kept; concluded by majority."""
    base = f"/applications/{world.application_id}/consensus"
    programs[facts.OFFICER].ask("POST", f"{base}/opening", 204)
    rapporteur = programs[facts.RAPPORTEUR]
    room = rapporteur.ask("GET", base, 200)
    spread = room["spread"]["relevance"]
    assert (spread["spread"], spread["discuss"], spread["suggestion"]) == ("12", True, "25")
    programs[facts.CONFLICTED].ask("GET", base, 404)
    programs[facts.AGREES].ask("PUT", base, 403, sheet(facts.POINTS, room["version"]))
    saved = rapporteur.ask("PUT", base, 200, sheet(facts.POINTS, room["version"]))
    assert saved["sheet"]["total"]["points"] == "81"
    version = {"version": saved["version"]}
    version = {"version": rapporteur.ask("POST", f"{base}/proposal", 200, version)["version"]}
    early = rapporteur.ask("POST", f"{base}/conclusion", 422, version)
    assert rules(early) == {"evaluation.views_missing"}
    programs[facts.AGREES].ask("POST", f"{base}/views", 200, version | {"agrees": True})
    dissenter, against = programs[facts.DISSENTS], version | {"agrees": False}
    assert rules(dissenter.ask("POST", f"{base}/views", 422, against)) == {"evaluation.dissent_reason"}
    dissenter.ask("POST", f"{base}/views", 200, against | {"words": facts.WHY_DISSENT})
    closed = rapporteur.ask("POST", f"{base}/conclusion", 200, version)
    assert (closed["state"], closed["agreement"]) == ("concluded", "majority")
    seen = programs[facts.OFFICER].ask("GET", f"/applications/{world.application_id}/evaluation", 200)
    assert [one["words"] for one in seen["views"] if not one["agrees"]] == [facts.WHY_DISSENT]


def panel_of(world: World) -> str:
    """Where the panel of the call stands."""
    return f"/evaluation/calls/{world.made.call.id}"


def sit(programs: dict[str, Program], world: World) -> None:
    """The committee is seated, the panel opens; it changes one score with its reason, capacity is recorded."""
    officer, base = programs[facts.OFFICER], panel_of(world)
    for email in COMMITTEE:
        seat = "moderator" if email == facts.MODERATOR else "panel_member"
        officer.ask("POST", f"{base}/committee", 201, {"email": email, "seat": seat})
    programs[facts.MEMBER].ask("GET", f"{base}/ranking", 404)
    officer.ask("POST", f"{base}/panel/opening", 204)
    one, (criterion, score) = f"/evaluation/applications/{world.application_id}", facts.MARK
    mark, chair = {"score": score, "reason": facts.WHY_MARKED}, programs[facts.MODERATOR]
    programs[facts.MEMBER].ask("PUT", f"{one}/marks/{criterion}", 403, mark)
    assert rules(chair.ask("PUT", f"{one}/marks/{criterion}", 422, mark | {"reason": "So."})) == {"panel.reason"}
    chair.ask("PUT", f"{one}/marks/{criterion}", 204, mark)
    early = officer.ask("POST", f"{base}/ranking/proposals", 422)
    assert rules(early) == {"panel.capacity_unchecked"}
    for member in world.made.members:
        found = {"kind": "financial", "outcome": "sufficient", "partner_id": str(member.partner_id)}
        officer.ask("POST", f"{one}/capacity", 201, found)


def adopt(programs: dict[str, Program], world: World) -> None:
    """Proposed, voted on, adopted; before most of the members approve, nobody can adopt it."""
    officer, base = programs[facts.OFFICER], panel_of(world)
    officer.ask("POST", f"{base}/ranking/proposals", 201)
    for voted, email in enumerate((facts.MEMBER, facts.OTHER_MEMBER)):
        assert rules(officer.ask("POST", f"{base}/ranking/adoption", 422)) == {"panel.no_quorum"}
        read = programs[email].ask("GET", f"{base}/ranking/proposal", 200)
        assert (read["members"], read["needed"], read["approvals"]) == (2, 2, voted)
        ballot = {"approves": True, "sha256": read["sha256"]}
        programs[facts.MODERATOR].ask("PUT", f"{base}/ranking/vote", 403, ballot)
        programs[email].ask("PUT", f"{base}/ranking/vote", 204, ballot)
    officer.ask("POST", f"{base}/ranking/adoption", 201)
    page = officer.ask("GET", f"{base}/ranking", 200)
    assert [(one["acronym"], one["standing"], one["total"]) for one in page["items"]] == [
        (facts.ACRONYM, "main", facts.MARKED),
        (facts.RIVAL, "reserve", "71"),
    ]
    programs[facts.CONFLICTED].ask("GET", f"{base}/ranking", 404)
    for email in world.consortium:
        programs[email].ask("GET", f"{base}/ranking", 404)


def award(programs: dict[str, Program], world: World) -> None:
    """Prepared by the officer, signed by somebody else; what is signed is bound to the cent."""
    officer, signer = programs[facts.OFFICER], programs[facts.SIGNER]
    assert balances(signer) == (facts.ENVELOPE.amount, facts.ENVELOPE.amount, "0.00")
    signer.ask("POST", f"/calls/{CALL}/awards", 403)
    ids = officer.ask("POST", f"/calls/{CALL}/awards", 201)["ids"]
    assert rules(officer.ask("POST", f"/awards/{ids[0]}/signature", 403)) == {"access.second_step"}
    refused = officer.ask("POST", f"/awards/{ids[0]}/signature", 422, **officer.confirmed())
    assert rules(refused) == {"award.four_eyes"}
    programs[facts.SECOND].ask("POST", f"/awards/{ids[0]}/signature", 403)
    done = signer.ask("POST", f"/calls/{CALL}/awards/signatures", 200, {"award_ids": ids}, **signer.confirmed())
    assert (set(done["signed"]), done["refused"]) == (set(ids), [])
    main = signer.ask("GET", f"/awards/{ids[0]}", 200)
    assert (main["application_id"], main["outcome"], main["state"]) == (str(world.application_id), "main", "signed")
    grant = main["amount"]["amount"]
    left = facts.ENVELOPE - facts.Money.parse(grant)
    assert balances(signer) == (facts.ENVELOPE.amount, left.amount, grant)
    [bound] = signer.ask("GET", f"/calls/{CALL}/commitments", 200)["items"]
    assert (bound["id"], bound["pending"]["amount"]) == (main["commitment_id"], grant)
    entries = signer.ask("GET", f"/calls/{CALL}/entries", 200)["items"]
    assert [one["kind"] for one in entries] == ["commit", "appropriate"]
    moved = [(one["account"], one["amount"]["amount"]) for one in entries[0]["postings"]]
    assert moved == [("available", f"-{grant}"), ("committed", grant)]


def balances(reader: Program) -> tuple[str, ...]:
    """Set aside, left and bound, as the API tells them."""
    [envelope] = reader.ask("GET", f"/calls/{CALL}/envelopes", 200)
    return tuple(envelope[name]["amount"] for name in ("appropriated", "available", "committed"))


def send(programs: dict[str, Program], world: World) -> None:
    """Nothing leaves that nobody has looked at; before it leaves, applicants know nothing."""
    officer = programs[facts.OFFICER]
    letters = officer.ask("GET", f"/calls/{CALL}/letters", 200)["items"]
    assert [(one["acronym"], one["kind"]) for one in letters] == [
        (facts.ACRONYM, "information_letter"),
        (facts.RIVAL, "information_letter"),
    ]
    chosen = {"letter_ids": [one["id"] for one in letters]}
    blind = officer.ask("POST", f"/calls/{CALL}/letters/sending", 422, chosen)
    assert rules(blind) == {"letter.not_previewed"}
    for one in letters:
        content = officer.ask("GET", f"/letters/{one['id']}", 200)["content"]
        assert content["acronym"] == one["acronym"]
        officer.ask("POST", f"/letters/{one['id']}/preview", 204)
    for email in world.consortium:
        assert programs[email].ask("GET", f"/applications/{world.application_id}/outcome", 200) == []
        programs[email].ask("GET", f"/letters/{letters[0]['id']}", 404)
    assert officer.ask("POST", f"/calls/{CALL}/letters/sending", 200, chosen) == {"sent": 2}
    again = officer.ask("POST", f"/calls/{CALL}/letters/sending", 422, chosen)
    assert rules(again) == {"letter.sent_already"}


def read(platform: Live, programs: dict[str, Program], world: World) -> None:
    """Every contact reads the outcome and has both documents; their codes prove them genuine to anybody."""
    for email in world.consortium:
        reader = programs[email]
        [told] = reader.ask("GET", f"/applications/{world.application_id}/outcome", 200)
        letter = told["letter"]
        assert (letter["outcome"], letter["redress_until"]) == ("main", facts.REDRESS.isoformat())
        assert told["summary"]["total"] == facts.MARKED
        files = {
            facts.LETTER_KIND: letter["document_id"],
            "Evaluation summary report": letter["summary_document_id"],
        }
        for kind, document in files.items():
            pdf = sealed(reader, document)
            assert facts.ACRONYM in facts.text_of(pdf)
            facts.genuine(platform, facts.code_in(pdf), f"{CALL}/0001", kind)
    rival = f"/applications/{world.rival.application_id}/outcome"
    programs[world.consortium[0]].ask("GET", rival, 404)
    programs[facts.AGREES].ask("GET", rival, 404)


def sealed(reader: Program, document: str) -> bytes:
    """The file of a document, as soon as it is sealed."""

    def look() -> bool:
        state: str = reader.ask("GET", f"/documents/{UUID(document)}", 200)["state"]
        return state == "sealed"

    until(look, "the sealed document")
    pdf: bytes = reader.ask("GET", f"/documents/{document}/file", 200)
    return pdf
