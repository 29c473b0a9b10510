"""From the closed call to the letters, as the people see it who check, judge, decide, sign and wait for the outcome."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from tests.builders.evaluation import EVALUATING
from tests.builders.people import PASSWORD
from tests.builders.scoring import JUDGING
from tests.journeys import evaluation_facts as facts
from tests.journeys.evaluation_facts import NAMES, World
from tests.journeys.people import Visitor
from tests.support.live import Live, until
from tests.support.pdfs import a_pdf

if TYPE_CHECKING:
    from playwright.sync_api import Browser

BRUSSELS = ZoneInfo("Europe/Brussels")


@dataclass
class Story:
    """The people at their screens, and what they have made so far."""

    browser: Browser
    live: Live
    script: bool
    world: World
    visitors: dict[str, Visitor] = field(default_factory=dict)
    assignments: dict[str, str] = field(default_factory=dict)

    def at(self, email: str, path: str) -> Visitor:
        """Somebody opens an address, and signs in where a sign-in is asked for."""
        if email not in self.visitors:
            self.visitors[email] = Visitor(self.browser, self.live, email, script=self.script)
        visitor = self.visitors[email]
        visitor.goto(path)
        if "/sign-in" in visitor.page.url:
            visitor.sign_in(path)
        if "/account/confirm" in visitor.page.url:
            visitor.press("Confirm")
            expect(visitor.page).not_to_have_url(re.compile("/account/confirm"))
        return visitor

    @property
    def office(self) -> str:
        """The call in the office."""
        return f"/officer/calls/{self.world.made.call.id}"

    @property
    def application(self) -> str:
        """The application of the story in the office."""
        return f"/officer/applications/{self.world.application_id}"

    def tell(self) -> None:
        """From the checks to the letter in the hands of the coordinator."""
        evidence(self)
        clarify(self)
        check(self)
        self.live.move_to(EVALUATING)
        start(self)
        assign(self)
        self.live.move_to(JUDGING)
        report(self)
        agree(self)
        self.world.judge_the_rival(self.live)
        self.live.move_to(facts.PANEL)
        sit(self)
        vote(self)
        self.live.move_to(facts.DECIDING)
        sign(self)
        send(self)
        read(self)
        for visitor in self.visitors.values():
            visitor.leave()


def instant(name: str, when: datetime) -> dict[str, list[str]]:
    """What is typed into the four fields of an instant, in Brussels time."""
    local = when.astimezone(BRUSSELS)
    parts = {"day": str(local.day), "month": str(local.month), "year": str(local.year), "time": f"{local:%H:%M}"}
    return {f"{name}-{part}": [text] for part, text in parts.items()}


def gone(story: Story, email: str, path: str) -> None:
    """The address leads nowhere for this person, who is signed in."""
    request = story.at(email, "/tasks").page.request
    assert request.get(story.live.base + path).status == 404, path


def evidence(story: Story) -> None:
    """Each partner declares on its honour; the officer notes what the exclusion database said of each."""
    base = f"/applications/{story.world.application_id}"
    for member in story.world.made.members:
        who = story.at(member.person.email, f"{base}/declarations")
        who.fill({f"declare-{member.partner_id}.confirmed": ["true"]})
        who.press("Declare")
        who.sees(f"Declared by {member.person.name}")
    officer = story.at(facts.OFFICER, f"{story.application}/checks")
    for member in story.world.made.members:
        row = officer.page.locator(f"#exclusion-{member.partner_id}")
        expect(row).to_contain_text("declared")
        row.locator("summary").click()
        row.get_by_role("radio", name="Clear").check()
        row.get_by_role("button", name="Record", exact=True).click()
        expect(officer.page.locator(f"#exclusion-{member.partner_id}")).not_to_contain_text("not looked up")


def clarify(story: Story) -> None:
    """A question about Part B reaches the coordinator by mail, is answered with a new PDF in time, and accepted."""
    officer = story.at(facts.OFFICER, f"{story.application}/checks")
    officer.page.locator("summary", has_text="Ask the consortium").click()
    told = {"ask.kind": ["missing_document"], "ask.question": ["Page 2 is blank."], "ask.field": ["part_b"]}
    officer.fill(told | instant("ask.due_at", facts.CHECKING + timedelta(days=5)))
    officer.press("Ask")
    officer.sees("Question 1")
    coordinator = story.world.consortium[0]
    ana = story.at(coordinator, story.live.link(coordinator, "a question of the managing body"))
    ana.sees("Page 2 is blank.")
    ana.page.get_by_role("textbox", name="Answer").fill("Here it is, complete.")
    ana.upload("^Document", "part-b.pdf", a_pdf(pages=3), "application/pdf")
    ana.press("Send the answer")
    ana.sees("Your answer")
    officer = story.at(facts.OFFICER, story.live.link(facts.OFFICER, "question 1 is answered"))
    officer.sees("Here it is, complete.")
    officer.page.get_by_role("radio", name="Accept the answer").check()
    officer.press("Settle")
    officer.sees("accepted")
    story.live.mail(coordinator, "your answer is accepted")


def check(story: Story) -> None:
    """One officer proposes the three steps, another confirms each; who proposed has no button to confirm."""
    for _ in range(3):
        officer = story.at(facts.OFFICER, f"{story.application}/checks")
        officer.fill({"propose.outcome": ["pass"]})
        officer.press("Propose")
        officer.sees("Proposed")
        expect(officer.page.get_by_role("button", name="Decide", exact=True)).to_have_count(0)
        second = story.at(facts.SECOND, f"{story.application}/checks")
        second.fill({"decide.decision": ["confirm"]})
        second.press("Decide")
        expect(second.page.get_by_role("button", name="Decide", exact=True)).to_have_count(0)


def start(story: Story) -> None:
    """The evaluation begins; four people are invited by mail, open accounts by its link and register."""
    officer = story.at(facts.OFFICER, f"{story.office}/evaluation/start")
    officer.fill(instant("reports_due_at", facts.EXPERTS_DUE))
    officer.press("Start the evaluation")
    officer.goto(f"{story.office}/experts")
    officer.fill({"emails": ["\n".join(facts.EXPERTS)]})
    officer.press("Send the invitations")
    officer.sees("Open invitations")
    for email in facts.EXPERTS:
        expert = story.at(email, story.live.link(email, "You are invited as"))
        expert.page.get_by_label("Your name").fill(NAMES[email])
        expert.page.get_by_label("Password", exact=True).fill(PASSWORD)
        expert.press("Accept and sign in")
        expect(expert.page).not_to_have_url(re.compile("/invitations/"))
        expert.goto("/evaluation")
        expert.follow("Register")
        expert.fill({"expertise": ["cluster policy, textiles"], "languages": ["en", "fr"], "max_load": ["3"]})
        expert.press("Register")
        expert.goto("/evaluation")
        expert.sees("Your details")


def assign(story: Story) -> None:
    """Three are chosen; one declares a conflict by the link in the mail, sees nothing, and is replaced."""
    officer = story.at(facts.OFFICER, f"{story.application}/experts")
    for email in (facts.RAPPORTEUR, facts.AGREES, facts.CONFLICTED):
        give(officer, email)
    for email in (facts.RAPPORTEUR, facts.AGREES):
        declare(story, email)
    conflicted = declare(story, facts.CONFLICTED, "conflict")
    conflicted.goto("/evaluation")
    conflicted.sees("1 application is closed to you because of a conflict of interest.")
    expect(conflicted.page.get_by_role("main")).not_to_contain_text(facts.ACRONYM)
    own = story.assignments[facts.CONFLICTED]
    for path in (own, f"{own}/attachments/part_b", f"{own}/submission"):
        gone(story, facts.CONFLICTED, path)
    officer.goto(f"{story.application}/experts")
    officer.sees(facts.WHY_CONFLICT)
    officer.sees("1 lacking")
    give(officer, facts.DISSENTS)
    declare(story, facts.DISSENTS)


def give(officer: Visitor, email: str) -> None:
    """The application goes to an expert."""
    act = "As rapporteur" if email == facts.RAPPORTEUR else "Assign"
    officer.page.get_by_role("button", name=re.compile(f"^{act}.*{NAMES[email]}")).click()
    expect(officer.page.get_by_role("button", name=re.compile(f"{NAMES[email]}"))).to_have_count(0)
    officer.sees(NAMES[email])


def declare(story: Story, email: str, answer: str = "none") -> Visitor:
    """By the link in the mail: who applies is shown, nothing else; then the answer."""
    link = story.live.link(email, "An application to evaluate")
    story.assignments[email] = link.removesuffix("/conflict")
    expert = story.at(email, link)
    expert.sees(facts.ACRONYM)
    expect(expert.page.get_by_role("main")).not_to_contain_text("Each partner brings a value chain")
    words = {"words": [facts.WHY_CONFLICT]} if answer != "none" else {}
    expert.fill({"answer": [answer]} | words)
    expert.press("Answer")
    expect(expert.page).to_have_url(re.compile("/evaluation$|/evaluation[?]"))
    if answer == "none":
        expert.goto(story.assignments[email])
        expert.sees("Each partner brings a value chain")
    return expert


def sheet(points: dict[str, str]) -> dict[str, list[str]]:
    """What is typed into a whole sheet."""
    scores = {f"scores.{name}": [text] for name, text in points.items()}
    comments = {f"comments.{name}": [f"{facts.WORDS} ({name})."] for name in points}
    return scores | comments | {"capacity": ["true"], "overall_comment": ["A sound proposal."]}


def report(story: Story) -> None:
    """Three individual reports: what is missing stops the submission, in words; nobody sees another's."""
    for email, relevance in ((facts.RAPPORTEUR, "28"), (facts.AGREES, "25"), (facts.DISSENTS, "16")):
        expert = story.at(email, story.assignments[email])
        expert.fill({"scores.relevance": [relevance]})
        expert.press("Save and check")
        expert.sees("things are still to mend")
        expect(expert.page.get_by_role("button", name="Submit the report")).to_have_count(0)
        expert.follow("Go back to the report")
        expert.fill(sheet(facts.POINTS | {"relevance": relevance}))
        expert.press("Save and check")
        expert.press("Submit the report")
        expert.sees("submitted")
        gone(story, email, room(story))
    gone(story, facts.AGREES, story.assignments[facts.DISSENTS])


def room(story: Story) -> str:
    """Where the group of experts meets."""
    return f"/evaluation/applications/{story.world.application_id}/consensus"


def agree(story: Story) -> None:
    """The rapporteur drafts and proposes, one agrees, one dissents with reasons that stay; concluded by majority."""
    officer = story.at(facts.OFFICER, f"{story.application}/evaluation")
    officer.press("Open the consensus")
    rapporteur = story.at(facts.RAPPORTEUR, room(story))
    rapporteur.sees("discuss: spread of 12")
    gone(story, facts.CONFLICTED, room(story))
    rapporteur.fill(sheet(facts.POINTS))
    rapporteur.press("Save and go on to propose")
    rapporteur.page.get_by_role("button", name=re.compile("^Propose version")).click()
    rapporteur.sees("before the group")
    agreeing = story.at(facts.AGREES, story.live.link(facts.AGREES, "agree or dissent"))
    agreeing.fill({"agrees": ["true"]})
    agreeing.press("Give my view")
    agreeing.sees("Change my view")
    against = story.at(facts.DISSENTS, story.live.link(facts.DISSENTS, "agree or dissent"))
    against.fill({"agrees": ["false"]})
    against.press("Give my view")
    expect(against.page.get_by_role("alert").first).to_contain_text("why you do not agree")
    against.fill({"agrees": ["false"], "words": [facts.WHY_DISSENT]})
    against.press("Give my view")
    against.sees(facts.WHY_DISSENT)
    rapporteur.goto(room(story))
    rapporteur.press("Conclude by majority")
    rapporteur.sees("concluded by majority")
    officer.goto(f"{story.application}/evaluation")
    officer.sees(facts.WHY_DISSENT)


def sit(story: Story) -> None:
    """The committee is seated and the panel opened; its chair changes one score with a reason, means are checked."""
    officer = story.at(facts.OFFICER, f"{story.office}/committee")
    for email in (facts.MODERATOR, facts.MEMBER, facts.OTHER_MEMBER):
        seat = "moderator" if email == facts.MODERATOR else "panel_member"
        officer.fill({"email": [email], "seat": [seat]})
        officer.press("Give the seat")
        officer.sees(email)
    officer.goto(f"{story.office}/panel")
    officer.press("Open the panel")
    officer.sees("Propose the ranking")
    chair = story.at(facts.MODERATOR, story.live.link(facts.MODERATOR, "A seat in the evaluation committee"))
    chair.follow(facts.ACRONYM)
    chair.sees(facts.WHY_DISSENT)
    criterion, score = facts.MARK
    chair.fill({"criterion": [criterion], "score": [score], "reason": ["So."]})
    chair.press("Set the score")
    expect(chair.page.get_by_role("alert").first).to_contain_text("at least 20 characters")
    chair.fill({"criterion": [criterion], "score": [score], "reason": [facts.WHY_MARKED]})
    chair.press("Set the score")
    chair.sees(facts.MARKED)
    officer.goto(f"{story.office}/panel")
    officer.sees("3 checks are missing")
    officer.follow(facts.ACRONYM)
    for number in range(3):
        line = officer.page.locator("#capacity li").nth(number)
        line.locator("summary").click()
        line.locator('select[name="outcome"]').select_option("sufficient")
        line.get_by_role("button", name="Record", exact=True).click()
        expect(officer.page.locator("#capacity li").nth(number)).not_to_contain_text("not checked")


def vote(story: Story) -> None:
    """The ranking is proposed and voted on; until enough members approve, nobody can adopt it."""
    officer = story.at(facts.OFFICER, f"{story.office}/panel")
    officer.press("Propose for adoption")
    for approvals, email in enumerate((facts.MEMBER, facts.OTHER_MEMBER)):
        officer.goto(f"{story.office}/panel")
        officer.sees(f"{approvals} of 2 members approve this ranking, 2 are needed.")
        expect(officer.page.get_by_role("button", name="Adopt the ranking")).to_have_count(0)
        member = story.at(email, story.live.link(email, "Please vote"))
        member.sees(facts.ACRONYM)
        member.fill({"approves": ["true"]})
        member.press("Vote")
        member.sees("approves")
    gone(story, facts.AGREES, f"/panel/{story.world.made.call.id}")
    officer.goto(f"{story.office}/panel")
    officer.press("Adopt the ranking")
    officer.sees("Ranking 1 is adopted")


def sign(story: Story) -> None:
    """Who prepared cannot sign; what another person signs is bound, and the envelope shows it to the cent."""
    officer = story.at(facts.OFFICER, f"{story.office}/awards")
    officer.press("Prepare the decisions")
    officer.follow(facts.ACRONYM)
    officer.sees("you prepared this decision, so somebody else signs it")
    expect(officer.page.get_by_role("button", name="Sign this decision")).to_have_count(0)
    envelope(story, facts.Money(0))
    signer = story.at(facts.SIGNER, f"{story.office}/awards/sign")
    signer.press("Sign the chosen decisions")
    signer.goto(f"{story.office}/awards")
    signer.sees("each letter is looked at and sent")
    envelope(story, facts.requested(story.live, story.world.application_id))


def envelope(story: Story, bound: facts.Money) -> None:
    """The page of the money: what is set aside, bound and left."""
    reader = story.at(facts.SIGNER, f"{story.office}/envelope")
    for label, amount in (
        ("Appropriation", facts.ENVELOPE), ("Committed", bound), ("Left", facts.ENVELOPE - bound)
    ):  # fmt: skip
        figure = reader.page.get_by_role("main").locator(".g-figure").filter(has_text=re.compile(rf"^\s*{label}")).first
        expect(figure).to_contain_text(facts.amount_words(amount))


def send(story: Story) -> None:
    """Each letter is looked at before it leaves; until then its readers know nothing."""
    officer = story.at(facts.OFFICER, f"{story.office}/letters")
    expect(officer.page.get_by_role("button", name="Send the chosen letters")).to_have_count(0)
    waiting = story.at(story.world.consortium[0], f"/applications/{story.world.application_id}/outcome")
    waiting.sees("There is no decision to read yet")
    officer.follow("Look at the next letter")
    for acronym in (facts.ACRONYM, facts.RIVAL):
        officer.sees(f"Letter to {acronym}")
        officer.sees("15 July 2019")
        officer.press("It may leave")
    officer.press("Send the chosen letters")
    officer.sees("Every letter has left")


def read(story: Story) -> None:
    """The coordinator follows the mail, reads the outcome and its scores, and has both documents proved genuine."""
    coordinator = story.world.consortium[0]
    ana = story.at(coordinator, story.live.link(coordinator, f"The decision on {facts.ACRONYM}"))
    ana.sees(facts.amount_words(facts.requested(story.live, story.world.application_id)))
    ana.sees(facts.WHY_MARKED)
    files = ana.page.get_by_role("main").get_by_role("link", name=re.compile(r"\(PDF\)$"))
    until(lambda: files.count() == 2 or not ana.page.reload(), "both documents on the page")
    pdfs = [ana.download(f"{title} (PDF)")[1] for title in ("Information letter", "Evaluation summary report")]
    for pdf in pdfs:
        ana.goto("/verify")
        ana.fill({"code": [facts.code_in(pdf).lower()]})
        ana.press("Check")
        ana.sees("Genuine")
        ana.sees(f"{facts.CALL}/0001")
    ana.goto("/verify")
    changed: Any = pdfs[0][:-1] + b"x"
    ana.upload("^Or the file", "letter.pdf", changed, "application/pdf")
    ana.press("Check")
    expect(ana.page.get_by_role("alert").first).to_contain_text("not one that this service has sealed")
    gone(story, coordinator, f"/applications/{story.world.rival.application_id}/outcome")
