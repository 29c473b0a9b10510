"""What both evaluation journeys share: who is there when the call closes, the second application, what is true at the end."""

from __future__ import annotations

import io
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

import httpx2 as httpx
import pypdf
import sqlalchemy as sa

from app.accounts.models import Person
from app.applications.models import Submission
from app.audit.models import Event
from app.audit.use_cases.record_event import DELIVER_TASK
from app.audit.use_cases.verify_chains import verify_chains
from app.core.actor import Role
from app.core.money import Money
from app.documents.models import Document, StoredFile
from app.evaluation.models import ConsensusView, EvaluationRound, JudgedApplication, PanelMark
from app.evaluation.schemas import ConcludeConsensus, GiveView, OfVersion
from app.evaluation.use_cases.conclude_consensus import conclude_consensus
from app.evaluation.use_cases.give_view import give_view
from app.evaluation.use_cases.propose_consensus import propose_consensus
from app.evaluation.use_cases.save_consensus import save_consensus
from app.grants.models import Award, Letter
from app.infra.sealing import inspect_seal, load_authority
from app.ledger.models import Commitment, Entry, Envelope, Posting
from app.ledger.use_cases.verify_ledger import verify_ledger
from tests.builders.applications import Made, a_call, a_submitted_application
from tests.builders.calls import shipped_bytes
from tests.builders.checks import AFTER, Closed, admitted, close
from tests.builders.evaluation import DUE
from tests.builders.panel import SITTING
from tests.builders.people import a_person, with_second_factor
from tests.builders.scoring import JUDGING, a_group_for, a_sheet, in_consensus
from tests.support.live import Live, until

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.delivery.runtime import Runtime

CALL = "COS-CLUSTER-2018-03-02"
CHECKING, EXPERTS_DUE, PANEL = AFTER, DUE, SITTING
DECIDING = datetime.fromisoformat("2019-06-04T08:00:00+00:00")
REDRESS = date(2019, 7, 15)
"""Ten days to the deemed receipt, thirty more: 14 July is a Sunday, so the term ends on the Monday."""
OFFICER, SECOND, SIGNER = "officer@office.example", "second@office.example", "signer@office.example"
MODERATOR, MEMBER, OTHER_MEMBER = "chair@panel.example", "member@panel.example", "other@panel.example"
RAPPORTEUR, AGREES, DISSENTS, CONFLICTED = (
    "rapporteur@one.example",
    "agrees@two.example",
    "dissents@three.example",
    "conflicted@four.example",
)
EXPERTS = (RAPPORTEUR, AGREES, DISSENTS, CONFLICTED)
NAMES = {
    OFFICER: "Maaike Jansen", SECOND: "Pieter de Wit", SIGNER: "Aurelia Signoret",
    MODERATOR: "Mira Holm", MEMBER: "Petra Novak", OTHER_MEMBER: "Otto Berg",
    RAPPORTEUR: "Rhea Lindqvist", AGREES: "Agnes Moreau", DISSENTS: "Dario Conti", CONFLICTED: "Conrad Vogel",
}  # fmt: skip
ACRONYM, RIVAL = "CIRCTEX", "RIVALCO"
ENVELOPE = Money.parse("500000.00")
"""Enough for one of the two grants: the other has to be on the reserve list, or below the thresholds."""
POINTS = {"relevance": "26", "quality": "24", "impact": "16", "budget": "15"}
MARK, MARKED = ("impact", "18"), "83"
"""The panel raises 16 to 18: 81 points become 83."""
WHY_MARKED = "The annexes name the buyers of two thirds of the output."
WHY_DISSENT = "The exchanges are promised to members that do not exist yet."
WHY_CONFLICT = "I advised the coordinator on this very proposal."
WORDS = "Convincing, with reasons that stand in the text of the proposal"
LETTER_KIND = "Letter on the outcome of an application"
"""What the public page calls a letter, whichever outcome it tells."""
SECRETS = (WHY_MARKED, WHY_DISSENT, WHY_CONFLICT, WORDS)
"""What stands in no mail."""
RESERVE, TOO_LOW = {"relevance": "22", "quality": "20"}, {"relevance": "14", "impact": "9"}
"""75 points pass, behind the story's application; 14 and 9 miss their thresholds, and with 65 the whole does too."""


@dataclass
class World:
    """Who is there when the call has closed: the office, the two applications, the second of them admitted."""

    rival_points: dict[str, str] = field(default_factory=lambda: RESERVE)
    people: tuple[str, ...] = ()
    made: Made = field(init=False)
    rival: Made = field(init=False)

    def prepare(self, runtime: Runtime) -> None:
        """Fill the database before the worker starts; ``people`` have accounts besides the office's."""
        content = shipped_bytes().replace(b"envelope: 3600000.00", f"envelope: {ENVELOPE.amount}".encode())
        with runtime.database.transaction() as session:
            both = (Role.PROGRAMME_OFFICER, Role.AUTHORISING_OFFICER)
            first = a_person(session, email=OFFICER, name=NAMES[OFFICER], roles=both)
            second = a_person(session, email=SECOND, name=NAMES[SECOND], roles=(Role.PROGRAMME_OFFICER,))
            signer = a_person(session, email=SIGNER, name=NAMES[SIGNER], roles=(Role.AUTHORISING_OFFICER,))
            for one in (first, signer):
                with_second_factor(session, one.id, runtime.vault)
            for email in (MODERATOR, MEMBER, OTHER_MEMBER, *self.people):
                a_person(session, email=email, name=NAMES[email])
            call = a_call(session, content)
            self.made = a_submitted_application(session, call, acronym=ACRONYM, files=runtime.files)
            self.rival = a_submitted_application(session, call, acronym=RIVAL, files=runtime.files)
            close(session, call, now=CHECKING)
            admitted(session, Closed(call, [self.made, self.rival], first, second), self.rival, now=CHECKING)
            session.flush()
            told = sa.text("delete from procrastinate_jobs where task_name = :task")
            session.execute(told, {"task": DELIVER_TASK})  # mails of what came before are no part of the story

    @property
    def application_id(self) -> UUID:
        """The application of the story."""
        return self.made.application_id

    @property
    def consortium(self) -> list[str]:
        """The addresses of the story's contacts, the coordinator's first."""
        return [member.person.email for member in self.made.members]

    def judge_the_rival(self, platform: Live) -> None:
        """Three experts of its own judge the second application and agree, by the use cases."""
        with platform.runtime.database.transaction() as session:
            where = sa.select(JudgedApplication.round_id).where(
                JudgedApplication.application_id == self.rival.application_id
            )
            round_id = session.execute(where).scalar_one()
            group = in_consensus(session, a_group_for(session, round_id, self.rival.call, self.rival))
            sheet = a_sheet(1, points=self.rival_points)
            version = save_consensus(session, group.rapporteur.actor, group.application_id, sheet, now=JUDGING)
            propose_consensus(
                session, group.rapporteur.actor, group.application_id, OfVersion(version=version), now=JUDGING
            )
            for seated in group.experts:
                view = GiveView(agrees=True, version=version)
                give_view(session, seated.actor, group.application_id, view, now=JUDGING)
            wanted = ConcludeConsensus(version=version)
            conclude_consensus(session, group.rapporteur.actor, group.application_id, wanted, now=JUDGING)


def count(platform: Live, to: str, words: str) -> int:
    """Mails to an address whose subject holds the words."""
    return sum(mail.to == to and words in mail.subject for mail in platform.mailbox.messages())


def text_of(pdf: bytes) -> str:
    """The words of a PDF, with single spaces."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def code_in(pdf: bytes) -> str:
    """The code that is printed on a document, by which anybody can look it up."""
    found = re.search(r"/verify/([A-Z0-9-]{20,})", text_of(pdf))
    assert found is not None, text_of(pdf)[-600:]
    return found[1]


def genuine(platform: Live, code: str, reference: str, kind: str) -> None:
    """The public page says that the document with this code is ours, and of which kind."""
    answer = httpx.get(f"{platform.base}/verify/{code}", timeout=60)
    assert answer.status_code == 200, answer.text[:500]
    assert "<strong>Genuine</strong>" in answer.text
    assert reference in answer.text
    assert f"<h1>{kind}</h1>" in answer.text


def requested(platform: Live, application_id: UUID) -> Money:
    """What was asked for when the application was last submitted."""
    newest = sa.select(Submission.requested).where(Submission.application_id == application_id)
    with platform.runtime.database.reading() as session:
        return session.scalars(newest.order_by(Submission.number.desc()).limit(1)).one()


def check_ledger(platform: Live, world: World) -> None:
    """One grant is bound, to the cent, by balanced entries; nothing else moved."""
    grant = requested(platform, world.application_id)
    with platform.runtime.database.reading() as session:
        assert not verify_ledger(session).faults
        envelope = session.execute(sa.select(Envelope)).scalar_one()
        assert (envelope.appropriated, envelope.committed, envelope.available, envelope.paid) == (
            ENVELOPE, grant, ENVELOPE - grant, Money(0)
        )  # fmt: skip
        commitment = session.execute(sa.select(Commitment)).scalar_one()
        assert (commitment.amount, commitment.pending, commitment.paid) == (grant, grant, Money(0))
        award = session.get_one(Award, commitment.subject_id)
        assert (award.application_id, award.amount, award.commitment_id) == (
            world.application_id, grant, commitment.id
        )  # fmt: skip
        signer = session.execute(sa.select(Person.id).where(Person.email == SIGNER)).scalar_one()
        moved = {}
        for entry in session.execute(sa.select(Entry)).scalars():
            lines = session.execute(sa.select(Posting.account, Posting.amount).where(Posting.entry_id == entry.id))
            moved[entry.kind] = {line.account: line.amount for line in lines}
            assert entry.kind != "commit" or entry.actor_id == signer
        assert moved == {
            "appropriate": {"appropriation": -ENVELOPE, "available": ENVELOPE},
            "commit": {"available": -grant, "committed": grant},
        }


def check_evaluation(platform: Live, world: World) -> None:
    """What the experts and the panel decided is stored as they did it: the dissent and the mark with their reasons."""
    with platform.runtime.database.reading() as session:
        made = session.execute(sa.select(EvaluationRound)).scalar_one()
        assert made.state == "informed"
        views = sa.select(ConsensusView).where(ConsensusView.application_id == world.application_id)
        given = {(one.agrees, one.words) for one in session.execute(views).scalars()}
        assert given == {(True, ""), (False, WHY_DISSENT)}
        mark = session.execute(sa.select(PanelMark)).scalar_one()
        assert (mark.application_id, mark.criterion, str(mark.score.normalize()), mark.reason) == (
            world.application_id, *MARK, WHY_MARKED
        )  # fmt: skip
        counted = sa.select(Event.kind, sa.func.count().label("events")).group_by(Event.kind)
        kinds = {row.kind: row.events for row in session.execute(counted)}
        assert verify_chains(session).whole
    assert kinds["check.decided"] == kinds["honour.declared"] == kinds["check.recorded"] == 6
    assert kinds["clarification.asked"] == kinds["clarification.answered"] == kinds["clarification.settled"] == 1
    assert kinds["expert.registered"] == 4
    assert (kinds["report.submitted"], kinds["consensus.view_given"]) == (6, 5)  # who proposes agrees by proposing
    assert kinds["ranking.adopted"] == kinds["ranking.proposed"] == kinds["ledger.committed"] == 1
    assert kinds["award.prepared"] == kinds["award.signed"] == kinds["letter.sent"] == 2


def check_documents(platform: Live, world: World, *, receipts: int = 2) -> None:
    """Every document is there once, carries our untouched seal, and says what was decided, of nobody who evaluated."""
    rejected = world.rival_points is TOO_LOW
    second = "rejection_letter" if rejected else "information_letter"
    expected = sorted(
        [*["receipt"] * receipts, "ranking_record", "information_letter", second, *["evaluation_summary_report"] * 2]
    )
    until(lambda: sealed_kinds(platform) == expected, f"the documents {expected}")
    grant, reserved = requested(platform, world.application_id), requested(platform, world.rival.application_id)
    authority = load_authority(platform.runtime.seal_dir)
    seals: dict[tuple[str, str], bytes] = {}
    with platform.runtime.database.reading() as session:
        for letter in session.execute(sa.select(Letter)).scalars():
            own = letter.application_id == world.application_id
            assert (letter.kind, letter.redress_until) == ("information_letter" if own else second, REDRESS)
            assert letter.document_id is not None
            document, pdf = _document(session, platform, letter.document_id)
            assert document.kind == letter.kind
            who = (world.made if own else world.rival).members[0]
            recipient = document.data["recipient"]
            assert (recipient["organisation"], recipient["contact"]) == (who.organisation.legal_name, who.person.name)
            assert document.data["outcome"] == ("main" if own else "below_threshold" if rejected else "reserve")
            amount = grant if own else None if rejected else reserved
            assert document.data["amount"] == (amount.as_json() if amount else None)
            words = text_of(pdf)
            assert who.organisation.legal_name in words
            assert amount_words(grant) in words or not own
            assert "15 July 2019" in words
            _shows_no_expert(words)
            assert letter.summary_document_id is not None
            report, pdf = _document(session, platform, letter.summary_document_id)
            assert report.kind == "evaluation_summary_report"
            words = text_of(pdf)
            assert (f"{MARKED} of 100" in words, WHY_MARKED in words) == (own, own)
            _shows_no_expert(words)
        for document in session.execute(sa.select(Document)).scalars():
            _, pdf = _document(session, platform, document.id)
            seals[document.kind, document.reference] = pdf
    with ThreadPoolExecutor(1) as beside:  # a browser's test has an event loop in its own thread already
        judged = beside.map(lambda pdf: inspect_seal(pdf, authority).genuine, seals.values())
        assert dict(zip(seals, judged, strict=True)) == dict.fromkeys(seals, True)
    assert len(seals) == len(expected)


def amount_words(money: Money) -> str:
    """An amount as documents print it."""
    return f"{money.cents // 100:,}.{money.cents % 100:02}"


def sealed_kinds(platform: Live) -> list[str]:
    """The kinds of every document, in order of the alphabet; empty while one is being made."""
    with platform.runtime.database.reading() as session:
        rows = session.execute(sa.select(Document.kind, Document.state)).all()
    return sorted(row.kind for row in rows) if all(row.state == "sealed" for row in rows) else []


def _document(session: Session, platform: Live, document_id: UUID) -> tuple[Document, bytes]:
    document = session.get_one(Document, document_id)
    stored = session.get_one(StoredFile, document.file_id)
    return document, platform.runtime.files.get(stored.sha256)


def _shows_no_expert(words: str) -> None:
    for email in EXPERTS:
        assert NAMES[email] not in words


def check_mails(platform: Live, world: World) -> None:
    """Who had to hear of it did, once; nobody else."""
    for email in world.consortium:
        until(lambda: count(platform, email, f"The decision on {ACRONYM}") == 1, f"the decision for {email}")  # noqa: B023  # called at once
        assert count(platform, email, "a question of the managing body") == 1
        assert count(platform, email, "your answer is accepted") == 1
        assert count(platform, email, RIVAL) == 0
    for member in world.rival.members:
        until(lambda: count(platform, member.person.email, f"The decision on {RIVAL}") == 1, "the rival's decision")  # noqa: B023  # called at once
    for email in EXPERTS:
        assert count(platform, email, "You are invited as") == 1
        assert count(platform, email, "An application to evaluate") == 1
        assert count(platform, email, "agree or dissent") == (email in {AGREES, DISSENTS})
    for email in (MODERATOR, MEMBER, OTHER_MEMBER):
        assert count(platform, email, "A seat in the evaluation committee") == 1
        assert count(platform, email, "Please vote") == (email != MODERATOR)
    outside = set(NAMES) - {OFFICER, SECOND}
    told = [mail for mail in platform.mailbox.messages() if mail.to in outside]
    assert not any(words in mail.subject + mail.text for mail in told for words in SECRETS)
    decided = [mail for mail in platform.mailbox.messages() if "The decision on" in mail.subject]
    assert not any(word in mail.text for mail in decided for word in ("awarded", "reserve", "threshold", "EUR"))
