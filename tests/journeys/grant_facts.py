"""What both grant journeys share: the world in which a letter has just arrived, the bank, and what is true of the money.

Every amount below was worked out by hand from the terms of the call; the product is compared with it to the cent.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from app.audit.use_cases.record_event import DELIVER_TASK
from app.core.actor import Role
from app.core.money import Money
from app.documents.models import Document, StoredFile
from app.documents.rules.lifecycle import DocumentState
from app.documents.use_cases.request_document import RENDER_TASK
from app.grants.models import Grant
from app.jobs.verify import VerifyReport, verify_everything
from app.ledger.models import Commitment, Entry, Envelope
from app.ledger.use_cases.verify_ledger import verify_ledger
from tests.builders import checks
from tests.builders.applications import Made, a_call, a_complete_application, costs, submit_application
from tests.builders.awards import SENT, STRONG, Ranked, adopted, prepared, sent, signed
from tests.builders.calls import shipped_bytes
from tests.builders.evaluation import CLOSED
from tests.builders.people import a_person, actor_for
from tests.conftest import NOW
from tests.journeys.evaluation_facts import text_of
from tests.support.live import Live, until

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime

ACRONYM = "CIRCTEX"
OFFICER, AUTHORITY, FINANCE, ACCOUNTING = (
    "officer@office.example",
    "signer@office.example",
    "finance@office.example",
    "accounting@office.example",
)
OFFICE = {
    OFFICER: ("Maaike Jansen", Role.PROGRAMME_OFFICER),
    AUTHORITY: ("Aurelia Signoret", Role.AUTHORISING_OFFICER),
    FINANCE: ("Femke Bakker", Role.FINANCE_OFFICER),
    ACCOUNTING: ("Arno Lind", Role.ACCOUNTING_OFFICER),
}
"""Four people of the payment circuit; the authorising officer also signs the agreement."""
IBAN, BIC = "BE68539007547034", "GKCCBEBB"
KINDS = ("grant_agreement", "prefinancing_letter", "periodic_report", "payment_letter")
"""Documents of a grant; receipts and letters on the outcome belong to what came before."""
STARTS = date(2019, 11, 1)
"""The start that the application names; 24 months from there the project ends on 31 October 2021."""
PREFINANCE = datetime(2019, 10, 24, 9, 0, tzinfo=UTC)
REPORT_1 = datetime(2020, 11, 16, 10, 0, tzinfo=UTC)
DECIDE_1 = datetime(2020, 12, 7, 14, 0, tzinfo=UTC)
REPORT_LAST = datetime(2021, 11, 15, 10, 0, tzinfo=UTC)
DECIDE_LAST = datetime(2021, 12, 13, 14, 0, tzinfo=UTC)
PREFINANCE_DUE = date(2019, 11, 21)
"""The call pays within 30 days of ten days before the start, 22 October 2019; the agreement entered into force earlier."""
LAST_DUE = date(2022, 2, 13)
"""90 days after 15 November 2021, when the last report came in."""
SECRET_REASON = "Only three of four invoices were in the file."
REJECTED_REASON = "Subcontracting that nobody approved is not eligible."


@dataclass(frozen=True, slots=True)
class Books:
    """An envelope with one commitment: what is left, bound and paid, and what of the commitment became free."""

    available: str
    committed: str
    paid: str
    released: str = "0.00"


def check_books(platform: Live, wanted: Books) -> None:
    """Envelope and commitment say this to the cent, and every balance made anew from its postings says the same."""
    with platform.runtime.database.reading() as session:
        envelope = session.execute(sa.select(Envelope)).scalar_one()
        bound = session.execute(sa.select(Commitment)).scalar_one()
        assert (
            Books(envelope.available.amount, envelope.committed.amount, envelope.paid.amount, bound.released.amount)
            == wanted
        )
        assert (bound.pending, bound.paid) == (envelope.committed, envelope.paid)
        assert bound.amount == bound.pending + bound.paid + bound.released
        assert envelope.appropriated == envelope.available + envelope.committed + envelope.paid
        assert not verify_ledger(session).faults


def entries(platform: Live) -> list[str]:
    """The kinds of the ledger's entries in their order."""
    with platform.runtime.database.reading() as session:
        return list(session.scalars(sa.select(Entry.kind).order_by(Entry.occurred_at, Entry.id)))


@dataclass
class GrantWorld:
    """The office, and one consortium whose letter has just been sent; made through the use cases.

    ``content`` is the document of the call, ``sheets`` what each partner asked for, the coordinator's first.
    """

    content: bytes
    sheets: tuple[dict[str, str], ...]
    made: Made = field(init=False)
    grant_id: UUID = field(init=False)

    def prepare(self, runtime: Runtime) -> None:
        """Fill the database before the worker starts; mails and documents of what came before are no part of the story."""
        with runtime.database.transaction() as session:
            office = {
                email: a_person(session, email=email, name=name, roles=(role,))
                for email, (name, role) in OFFICE.items()
            }
            call = a_call(session, self.content)
            made = self.made = a_complete_application(session, call, acronym=ACRONYM, files=runtime.files)
            for member, sheet in zip(made.members, self.sheets, strict=True):
                costs(session, made, member.partner_id, sheet)
            made.submission_id = submit_application(session, made.actor(session), made.application_id, now=NOW)
            checks.close(session, call, now=CLOSED)
            pair = (made.application_id, made.submission_id)
            round_id, ranking_id = adopted(session, call, [pair], [STRONG])
            officer, signer = (actor_for(session, office[email]) for email in (OFFICER, AUTHORITY))
            ranked = Ranked(call, [made], round_id, ranking_id, officer, signer)
            prepared(session, ranked)
            signed(session, ranked)
            sent(session, ranked)
            self.grant_id = session.execute(sa.select(Grant.id)).scalar_one()
            told = sa.text("delete from procrastinate_jobs where task_name in (:mails, :documents)")
            session.execute(told, {"mails": DELIVER_TASK, "documents": RENDER_TASK})

    @property
    def consortium(self) -> list[str]:
        """The addresses of the contacts, the coordinator's first."""
        return [member.person.email for member in self.made.members]

    @property
    def names(self) -> list[str]:
        """The partners by name, in the same order."""
        return [member.organisation.legal_name for member in self.made.members]


PREPARE = SENT + timedelta(days=3)
SIGN = SENT + timedelta(days=25)


def changed(**replaced: str) -> bytes:
    """The shipped call with other words, each of which stands in it once."""
    content = shipped_bytes().decode()
    for old, new in replaced.items():
        assert content.count(old) == 1, old
        content = content.replace(old, new)
    return content.encode()


def bank_statement(order: bytes, booked: date, *, camt: bool = True) -> bytes:
    """What the bank says once it has carried out the order (pain.001): each transfer booked, as camt.053 or as CSV."""
    transfers = [
        (_text(one, "EndToEndId"), _text(one, "InstdAmt"), _text(one, "Cdtr", "Nm"), _text(one, "CdtrAcct", "IBAN"))
        for one in ET.fromstring(order).iter()  # noqa: S314  # our own file, which the test has just downloaded
        if _local(one) == "CdtTrfTxInf"
    ]
    assert transfers
    if not camt:
        rows = [f"{booked};-{amount.replace('.', ',')};{name};{iban};{ref}" for ref, amount, name, iban in transfers]
        return "\n".join(["booked_on;amount;counterparty;iban;end_to_end_id", *rows, ""]).encode()
    lines = "".join(
        f'<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts>'
        f"<BookgDt><Dt>{booked}</Dt></BookgDt><NtryDtls><TxDtls><Refs><EndToEndId>{ref}</EndToEndId></Refs>"
        f"<RltdPties><Cdtr><Nm>{name}</Nm></Cdtr><CdtrAcct><Id><IBAN>{iban}</IBAN></Id></CdtrAcct></RltdPties>"
        "</TxDtls></NtryDtls></Ntry>"
        for ref, amount, name, iban in transfers
    )
    space = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"
    return f'<Document xmlns="{space}"><BkToCstmrStmt><Stmt>{lines}</Stmt></BkToCstmrStmt></Document>'.encode()


def ordered(order: bytes) -> Money:
    """The sum of the transfers of an order."""
    found = [one for one in ET.fromstring(order).iter() if _local(one) == "InstdAmt"]  # noqa: S314  # our own file
    assert all(one.get("Ccy") == "EUR" for one in found)
    return Money.total(Money.parse(one.text or "") for one in found)


def _local(element: ET.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _text(element: ET.Element, *path: str) -> str:
    for name in path:
        element = next(one for one in element.iter() if _local(one) == name)
    return element.text or ""


def check_documents(platform: Live, wanted: dict[str, tuple[str, ...]]) -> None:
    """These documents are there, once each, sealed by us and untouched, and each says what it must; so is all else.

    ``wanted`` has the kind and, where there are several, the last part of the reference: ``payment_letter/P1``.
    """

    def made() -> bool:
        with platform.runtime.database.reading() as session:
            states = session.scalars(sa.select(Document.state).where(Document.kind.in_(KINDS))).all()
        return len(states) == len(wanted) and set(states) == {"sealed"}

    until(made, f"the documents {sorted(wanted)}")
    found = {}
    with platform.runtime.database.reading() as session:
        for document in session.scalars(sa.select(Document).where(Document.kind.in_(KINDS))):
            stored = session.get_one(StoredFile, document.file_id)
            names = [document.kind, f"{document.kind}/{document.reference.rpartition('/')[2]}"]
            [name] = [one for one in names if one in wanted]
            found[name] = platform.runtime.files.get(stored.sha256)
    assert set(found) == set(wanted)
    for name, pdf in found.items():
        words = text_of(pdf)
        for expected in wanted[name]:
            assert expected in words, f"{name} does not say {expected!r}: {words[:3000]}"
    report = verified(platform)
    assert report.sealed >= len(found)


def verified(platform: Live) -> VerifyReport:
    """What ``grappe verify`` finds: all is whole, but for the documents of what came before, which nobody makes here."""
    with platform.runtime.database.reading() as session:
        before = sa.select(Document.id).where(Document.kind.not_in(KINDS), Document.state == DocumentState.REQUESTED)
        unmade = {f"document {one}: asked for, and nothing makes it" for one in session.scalars(before)}
    with ThreadPoolExecutor(1) as beside:  # a browser's test has an event loop in its own thread already
        report = beside.submit(verify_everything, platform.runtime).result()
    assert set(report.faults) == unmade
    return report


def euro(text: str) -> dict[str, str]:
    """An amount as the API writes it."""
    return {"amount": text, "currency": "EUR"}


def rules(problem: Any) -> set[str]:
    """The rules that a refusal names."""
    return {one["rule"] for one in problem["violations"]}
