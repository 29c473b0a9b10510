"""Applications whose receipts are hard to print, and their documents as the job makes them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from app.applications.use_cases.attach_file import attach_file
from app.applications.use_cases.submit_application import submit_application
from app.documents.models import Document
from app.documents.queries import document
from app.documents.schemas import DocumentRow, FileToStore
from app.jobs.render_documents import PREPARE, Prepared, render
from tests.builders.applications import ANSWERS, Made, a_complete_application, a_draft, a_partner, answered, costs
from tests.conftest import NOW

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

BASE_URL = "https://grants.example.org"
SEVEN = (
    ("PT", "PT11", "Associação para o Desenvolvimento do Cluster Têxtil e do Vestuário do Norte de Portugal"),
    ("IT", "ITC4", "Consorzio Lombardo per l'Innovazione delle Imprese Manifatturiere"),
    ("BG", "BG41", "Национален клъстер за автоматизация"),
    ("PL", "PL71", "Łódzki Klaster Mody i Tkanin"),
    ("DE", "DE21", "Donaudampfschifffahrtsgesellschaftskapitänsverband"),
    ("EL", "EL30", "Ελληνικό Δίκτυο Επιχειρήσεων Υψηλής Τεχνολογίας"),
    ("RO", "RO11", "Transylvania IT Cluster"),
)
"""Country, region and legal name: seven partners, three alphabets, one word that is too long for its cell."""
COSTS_OF_SEVEN = (
    {"personnel": "31234.56", "subcontracting": "1000.00", "other_direct": "4321.09", "third_parties": "39000.00"},
    *({"personnel": f"{23_000 + 1_111 * n}.{n}7", "other_direct": f"{1_500 * n}.00"} for n in range(1, 7)),
)
NAUGHTY = (
    "<script>alert('x')</script> & <b>bold</b> {{ 7 * 7 }} {% raw %} \" ' ` $(id) ../../etc/passwd; drop table x;--",
    "田中さんにあげて下さい 社會科學院語學研究所 울란바토르 👩🏽‍💻 ❤️ 🏳️‍🌈",
    "الكتاب المقدس \u200f مُنَاقَشَةُ سُبُلِ اِسْتِخْدَامِ and back",
    "T\u0321\u032b\u031co\u0330 \u0337i\u0332\u032c\u0347n\u032fv\u0330o\u0354k\u034de\u0325",
    "\u00ad\u200b\u200c\u200d\u2060\ufeff soft hyphen and invisible signs \u2028 line separator",
    "https://example.org/" + "averylongaddresswithoutanyspace" * 12,
    "0" * 220,
    "ﬁ ﬂ ½ ⅔ № ™ € £ ¥ ₽ → ≤ ≠ ∑ 🂡 ☃",
)
"""Text that breaks careless templates: markup, other scripts, stacked marks, endless words."""
SENTENCE = "Each partner trains managers, opens its network and hosts small companies from the other regions"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The receipt of a submission, not yet sealed."""

    made: Made
    row: DocumentRow
    prepared: Prepared
    pdf: bytes


def receipt_row(session: Session, submission_id: UUID) -> DocumentRow:
    """The document that was asked for when the submission arrived."""
    session.flush()
    wanted = session.execute(sa.select(Document.id).where(Document.subject_id == submission_id)).scalar_one()
    found = document(session, wanted)
    assert found is not None
    return found


def rendered(session: Session, made: Made) -> Receipt:
    """Submit if need be, then render as the job does."""
    if made.submission_id is None:
        made.submission_id = submit_application(session, made.actor(session), made.application_id, now=NOW)
    row = receipt_row(session, made.submission_id)
    prepared = PREPARE["receipt"](session, row)
    return Receipt(made, row, prepared, render(row, prepared, base_url=BASE_URL))


def words(number: int) -> str:
    """Text of that many words in paragraphs of eighty."""
    sentence = SENTENCE.split()
    flow = [sentence[index % len(sentence)] for index in range(number)]
    return "\n\n".join(" ".join(flow[start : start + 80]) + "." for start in range(0, number, 80))


def seven_partners(session: Session, acronym: str = "HEPTA") -> Made:
    """Seven partners with costs in every category and every text as long as the form allows."""
    made = _seven(session, acronym)
    answers: dict[str, dict[str, Any]] = json.loads(json.dumps(ANSWERS))
    answers["general"] |= {
        "acronym": acronym,
        "project_title": " ".join(["Circular"] * 24) + " textiles",
        "abstract": words(300),
        "sectors": ["textile", "digital", "manufacturing"],
    }
    answers["partnership"]["partnership_rationale"] = words(500)
    answers["activities"]["planned_activities"] = {
        name: words(400)
        for name in ("management_skills", "cluster_xchange", "outreach", "partnership_strategy", "joint_activities")
    }
    answers["activities"]["work_packages"] = [
        {
            "name": f"Package {n}",
            "leader": SEVEN[n % 7][2][:60],
            "first_month": n,
            "last_month": 24,
            "content": words(90),
        }
        for n in range(1, 11)
    ]
    answers["activities"]["deliverables"] = [
        {"name": f"Deliverable {n} of the partnership", "work_package": f"Package {1 + n % 10}", "month": 1 + n % 24}
        for n in range(30)
    ]
    answers["activities"]["milestones"] = [
        {"name": f"Milestone {n}", "month": 1 + n, "proof": words(25)} for n in range(15)
    ]
    answers["results"]["lasting_effect"] = words(300)
    answers["budget"] = {"third_party_support": words(400), "value_for_money": words(300)}
    _finish(session, made, answers, "part-b.pdf")
    return made


def naughty(session: Session) -> Made:
    """Strings that break careless templates in every place that takes text."""
    made = _seven(session, "NASTY")
    answers: dict[str, dict[str, Any]] = json.loads(json.dumps(ANSWERS))
    answers["general"] |= {"project_title": NAUGHTY[0][:90], "abstract": "\n".join(NAUGHTY), "keywords": NAUGHTY[1]}
    answers["partnership"]["partnership_rationale"] = "\n\n\n".join(reversed(NAUGHTY))
    answers["activities"]["planned_activities"] |= dict(
        zip(("management_skills", "cluster_xchange", "outreach"), NAUGHTY[2:5], strict=True)
    )
    answers["activities"]["work_packages"] = [
        {"name": _first(one), "leader": _first(one), "first_month": 1, "last_month": 24, "content": one}
        for one in NAUGHTY
    ]
    answers["results"]["lasting_effect"] = "\n".join(NAUGHTY)
    answers["budget"] = {"third_party_support": NAUGHTY[5], "value_for_money": NAUGHTY[6]}
    _finish(session, made, answers, "Ünïcode “part” B <final> " + "x" * 90 + ".pdf")
    return made


def _seven(session: Session, acronym: str) -> Made:
    country, region, name = SEVEN[0]
    made = a_draft(session, acronym=acronym)
    lead = made.members[0].organisation
    lead.country, lead.region, lead.legal_name = country, region, name
    for place, (country, region, name) in enumerate(SEVEN[1:], start=1):
        a_partner(session, made, place, country=country, region=region, legal_name=name)
    session.flush()
    return made


def _finish(session: Session, made: Made, answers: dict[str, dict[str, Any]], filename: str) -> None:
    for section, saved in answers.items():
        answered(session, made, section, saved)
    for member, amounts in zip(made.members, COSTS_OF_SEVEN, strict=True):
        costs(session, made, member.partner_id, amounts)
    uploaded = FileToStore(sha256="a1" * 32, size=1_234_567, media_type="application/pdf", filename=filename, pages=61)
    attach_file(session, made.actor(session), made.application_id, "part_b", uploaded, now=NOW)


def _first(text: str) -> str:
    return " ".join(text.split()[:8])


def small(session: Session) -> Made:
    """Three partners and short answers."""
    return a_complete_application(session)
