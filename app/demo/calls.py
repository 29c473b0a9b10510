"""The calls of the demo: the real one of 2019, and editions of it that are open, checked, judged and ranked now."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import app.calls
from app.calls.rules.document import read_document
from app.calls.schemas import NewProgramme
from app.calls.use_cases.correct_call import correct_call
from app.calls.use_cases.create_programme import create_programme
from app.calls.use_cases.import_call import import_call
from app.calls.use_cases.publish_call import publish_call
from app.infra.yaml_documents import read_yaml

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.core.actor import Actor

CATALOGUE = Path(app.calls.__file__).parent / "catalogue"
REAL = CATALOGUE / "cos-cluster-2018-03-02.yaml"
PUBLISHED = datetime(2019, 1, 8, 7, 0, tzinfo=UTC)
CORRECTED = datetime(2019, 1, 31, 9, 0, tzinfo=UTC)
DEADLINE = datetime(2019, 4, 4, 15, 0, tzinfo=UTC)


TODAY = {
    "programme": "SMP-COSME",
    "legal_basis": ["Regulation (EU) 2021/690 establishing the Single Market Programme (2021-2027)"],
    "managing_body": "European Innovation Council and SMEs Executive Agency (EISMEA)",
}
"""What took the place of COSME and its agency in 2021: the editions of today name it."""
SUCCEEDED = datetime(2021, 5, 10, 8, 0, tzinfo=UTC)


def publish_real_call(session: Session, officer: Actor, *, until: datetime) -> UUID:
    """The call of 2019 with what had happened to it by ``until``."""
    programme = NewProgramme(code="COSME", title="Competitiveness of Enterprises and SMEs")
    create_programme(session, officer, programme, now=PUBLISHED)
    if until >= SUCCEEDED:
        successor = NewProgramme(code="SMP-COSME", title="Single Market Programme: competitiveness of SMEs")
        create_programme(session, officer, successor, now=SUCCEEDED)
    draft = import_call(session, officer, REAL.read_bytes(), now=PUBLISHED)
    publish_call(session, officer, draft.call_id, confirmed=True, now=PUBLISHED)
    if until >= CORRECTED:
        correct_call(session, officer, draft.call_id, confirmed=True, now=CORRECTED)
    return draft.call_id


@dataclass(frozen=True, slots=True)
class Timing:
    """Another edition of the call, with the same rules: ``opened`` and ``closes`` in days before and after now."""

    number: str
    words: str
    opened: int
    closes: int


OPEN = Timing("02", "open edition", opened=24, closes=23)
CHECKED = Timing("03", "edition being checked", opened=70, closes=-9)
JUDGED = Timing("04", "edition under evaluation", opened=110, closes=-45)
RANKED = Timing("05", "edition before its panel", opened=170, closes=-95)
UNDERTAKEN = Timing("07", "edition whose projects report", opened=810, closes=-720)
GRANTED = Timing("06", "edition whose projects begin", opened=330, closes=-240)


def publish_copy(session: Session, officer: Actor, edition: Timing, *, now: datetime) -> tuple[UUID, datetime]:
    """The rules of 2019 with a timetable around ``now``; returns its id and the instant of its opening."""
    plain = deepcopy(_latest())
    opening = (now - timedelta(days=edition.opened)).date()
    deadline = _working_day((now + timedelta(days=edition.closes)).date())
    plain["identity"].pop("links", None)
    plain["identity"]["titles"] = {"en": f"European Cluster Excellence Programme, {edition.words}"}
    plain["identity"]["budget_year"] = deadline.year
    plain["identity"]["identifier"] = f"COS-CLUSTER-{deadline.year}-03-{edition.number}"
    if now >= SUCCEEDED:
        plain["identity"] |= {**TODAY, "identifier": f"SMP-COSME-{deadline.year}-CLUSTER-{edition.number}"}
    plain["version"] = "1.0"
    plain["changes"] = [{"version": "1.0", "date": opening.isoformat(), "summary": {"en": "First publication."}}]
    timetable = plain["timetable"]
    timetable["publication"] = opening.isoformat()
    timetable["opening"] = f"{opening.isoformat()} 09:00 Europe/Brussels"
    timetable["stages"][0]["deadline"] = f"{deadline.isoformat()} 17:00 Europe/Brussels"
    timetable["planned_information"] = (deadline + timedelta(days=183)).isoformat()
    timetable["planned_signature"] = (deadline + timedelta(days=275)).isoformat()
    timetable["info_days"] = [
        {
            "title": {"en": "Information webinar"},
            "day": _working_day(opening + timedelta(days=30)).isoformat(),
            "place": {"en": "Online"},
        }
    ]
    for rule in plain["eligibility"]:
        if rule["kind"] == "member_in_region_category":
            rule["on"] = "2019-04-04"
    plain["provenance"]["eligibility.member_in_region_category.on"] = {
        "source": "Categories of the period 2014-2020, used for the demonstration",
        "confidence": "assumed",
    }
    published = datetime(opening.year, opening.month, opening.day, 6, 0, tzinfo=UTC)
    draft = import_call(session, officer, json.dumps(plain, ensure_ascii=False).encode(), now=published)
    publish_call(session, officer, draft.call_id, confirmed=True, now=published)
    return draft.call_id, published


@cache
def _latest() -> dict[str, Any]:
    """The real call with its corrigendum, read once for all editions."""
    document = read_yaml(REAL.read_bytes())
    return read_document(document.tree, document.lines).latest.plain()


def _working_day(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days={5: 2, 6: 1}.get(day.weekday(), 0))
