"""The report of the portfolio: valid, the same whenever rendered, with its rows inside and nobody's name."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import cast

import pypdf
import pytest
from sqlalchemy.orm import Session

from app.core.canonical import canonical_json
from app.core.money import Money
from app.documents.rules.lifecycle import DocumentState
from app.documents.schemas import DocumentRow
from app.grants.rules.grant_lifecycle import GrantState
from app.grants.rules.standing import Acts
from app.infra.ids import new_id
from app.jobs.render_documents import PREPARE, render
from app.reporting.rules.lateness import NextAct, Step
from app.reporting.rules.portfolio import PortfolioFilter, PortfolioRow, figures_of, portfolio_record
from app.reporting.rules.progress import IndicatorProgress, Progress, Standing
from tests.builders.receipts import BASE_URL
from tests.support.verapdf import validate

NOW = datetime(2020, 12, 30, 9, 0, tzinfo=UTC)


def a_row(number: int) -> PortfolioRow:
    """A grant of a portfolio; every third is late, every fourth is behind."""
    late = 17 * number if number % 3 == 0 else 0
    lacking = IndicatorProgress("Exchanges of staff between clusters", "exchange", 48, 24, 11)
    progress = Progress(Standing.BEHIND, (lacking,)) if number % 4 == 0 else Progress(Standing.ON_TARGET)
    return PortfolioRow(
        id=new_id(),
        call_id=new_id(),
        call="COS-CLUSTER-2018-03-02",
        reference=f"COS-CLUSTER-2018-03-02/{number:04d}/GA",
        acronym=f"CLUSTER{number}",
        title="Linking textile clusters across the Union",
        coordinator="Associação de Têxteis Técnicos do Norte",
        country=("PT", "PL", "EL")[number % 3],
        state=GrantState.RUNNING,
        acts=Acts.PROJECT,
        start_on=date(2019, 11, 1),
        end_on=date(2021, 10, 31),
        act=NextAct(Step.REPORT, date(2020, 12, 30), 1),
        days_late=late,
        maximum_grant=Money(36_000_000),
        committed=Money(21_600_000 - number),
        prefinanced=Money(14_400_000),
        accepted=Money(9_123_456 + number),
        paid=Money(14_400_000 + number),
        recovered=Money(0),
        on_the_way=Money(0),
        third_parties=Money(1_500_00),
        progress=progress,
    )


@pytest.fixture(scope="module")
def report() -> DocumentRow:
    rows = [a_row(number) for number in range(1, 31)]
    data = {
        "format": "grappe-portfolio-1",
        "asked_by": new_id(),
        "as_of": NOW,
        "call": "COS-CLUSTER-2018-03-02",
        "chosen": PortfolioFilter(state="running", money="prefinanced").chosen(),
        "figures": figures_of(rows).plain(),
        "grants": [portfolio_record(row) for row in rows],
    }
    return DocumentRow(
        id=new_id(),
        kind="portfolio_report",
        subject_kind="portfolio",
        subject_id=new_id(),
        reference="PORTFOLIO/2020-12-30/ABC123",
        title="Portfolio report",
        language="en",
        state=DocumentState.REQUESTED,
        data=json.loads(canonical_json(data)),
        data_sha256="",
        verification_code="23456-ABCDE-FGHJK-LMNPQ",
        requested_at=NOW,
        sealed_at=None,
        failure="",
        file_id=None,
        file_sha256=None,
        size=None,
        pages=None,
        filename=None,
    )


def test_it_conforms_and_says_every_grant(report: DocumentRow, tmp_path: Path) -> None:
    prepared = PREPARE[report.kind](cast("Session", None), report)
    pdf = render(report, prepared, base_url=BASE_URL)
    path = tmp_path / "portfolio.pdf"
    path.write_bytes(pdf)
    assert validate([path]) == {path: {"3a": [], "ua1": []}}
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    said = " ".join(" ".join(page.extract_text().split()) for page in reader.pages)
    for words in ("CLUSTER30", "510 days", "Exchanges of staff between clusters", "EUR 10,800,000.00", "30 grants"):
        assert words in said, words
    [data] = reader.attachments["portfolio_report.json"]
    assert b"asked_by" not in data
    assert len(json.loads(data)["grants"]) == 30
    again = PREPARE[report.kind](cast("Session", None), replace(report, id=new_id()))
    assert again.data == prepared.data
