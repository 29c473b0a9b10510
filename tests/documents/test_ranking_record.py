"""The record of the committee: a standard file with all that was decided, and the frozen ranking as its data."""

from __future__ import annotations

import io
from pathlib import Path
from uuid import UUID

import pypdf
import pytest
from sqlalchemy.orm import Session

from app.core.canonical import canonical_json
from app.documents.queries import documents_of
from app.evaluation.queries.panel import ranking_row
from app.evaluation.queries.rankings import prepared_ranking
from app.evaluation.schemas import DecideTie, SetMark
from app.evaluation.use_cases.adopt_ranking import adopt_ranking
from app.evaluation.use_cases.decide_tie import decide_tie
from app.evaluation.use_cases.propose_ranking import propose_ranking
from app.evaluation.use_cases.set_mark import set_mark
from app.jobs.render_documents import PREPARE, render
from tests.builders.calls import a_programme_officer
from tests.builders.panel import REASON, SITTING, a_member, a_panel, all_checked, known_rules, many, vote
from tests.support.verapdf import validate


@pytest.fixture
def record(session: Session) -> tuple[bytes, bytes, str]:
    """The file before its seal, the frozen content, the name of the member with a conflict."""
    round_id, _, made = a_panel(session, (30, 28, 18, 18), (20, 10, 15, 15))
    many(session, made[0], [(20 + at % 9, 22, 15, 14) for at in range(20)], requested=(299_870, 341_250))
    officer = a_programme_officer(session)
    mark = SetMark.model_validate({"criterion": "quality", "score": "24", "reason": REASON})
    set_mark(session, officer, made[0].application_id, mark, now=SITTING)
    all_checked(session, officer, round_id)
    conflicted, seat = a_member(session, round_id, person=made[1].person)
    members = [seat, *(a_member(session, round_id)[1] for _ in range(2))]
    _without_ties(session, round_id)
    ranking_id = propose_ranking(session, officer, round_id, now=SITTING)
    for member in members[:2]:
        vote(session, member, round_id, ranking_id)
    vote(session, members[2], round_id, ranking_id, approves=False)
    adopt_ranking(session, officer, round_id, now=SITTING)
    [row] = documents_of(session, "ranking", [ranking_id])
    pdf = render(row, PREPARE[row.kind](session, row), base_url="https://grappe.example")
    return pdf, canonical_json(dict(ranking_row(session, ranking_id).snapshot)), conflicted.name


def _without_ties(session: Session, round_id: UUID) -> None:
    officer = a_programme_officer(session)
    for group in prepared_ranking(session, known_rules(session, round_id)).ranked.tied:
        order = DecideTie(application_ids=list(group), reason=REASON)
        decide_tie(session, officer, round_id, order, now=SITTING)


def test_it_says_who_decided_what_and_why(record: tuple[bytes, bytes, str]) -> None:
    pdf, content, conflicted = record
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    for words in ("2 of 3 members approve, 2 were needed", "Main list", "Reserve list", "Below a threshold"):
        assert words in text
    assert REASON in text
    assert f"against: {REASON}" in text
    assert conflicted in text
    assert "part of the consortium" in text
    assert "SECRET" not in text
    [attached] = reader.attachments["ranking_record.json"]
    assert attached == content
    widths = {round(float(page.mediabox.width)) for page in reader.pages}
    assert len(widths) == 2, "the ranked tables stand on wide pages"


def test_it_is_an_archive_file_that_everybody_can_read(record: tuple[bytes, bytes, str], tmp_path: Path) -> None:
    path = tmp_path / "record.pdf"
    path.write_bytes(record[0])
    assert validate([path]) == {path: {"3a": [], "ua1": []}}
