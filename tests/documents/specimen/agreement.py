"""The specimen agreement: its data, its HTML, its PDF."""

import json
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.core.charts import Datum, Tone, bars, stacked_bar
from app.infra.pdf import PROJECT, PdfAttachment, render_pdf

CREATED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TITLE = "Shared test bench for circular textiles"
LETTERS = "Łódź, Ğ, €, Ελλάδα, Ősi"

DOCUMENT = SimpleNamespace(
    reference="COS-CLUSTER-2026-03-02/0012",
    version="2",
    title=TITLE,
    subtitle="Grant agreement between the Agency and the five members of the consortium led by Klaster Włókna Łódź",
    date_text="2 March 2026",
    verification_code="7KQ4-M2XD-9TZP",
    verification_url="https://grants.example.eu/verify",
    language="en",
)
PARTNERS = (
    ("Klaster Włókna Łódź", "coordinator · PL · less developed region", "Coordinator", 18_250_000),
    ("Norte Têxtil", "partner · PT · less developed region", "Beneficiary", 13_349_437),
    ("Ősi Szövetség", "partner · HU · transition region", "Beneficiary", 9_120_050),
    ("Δίκτυο Υφάσματος Ελλάδα", "partner · EL · less developed region", "Beneficiary", 8_588_355),
    ("Gülşen Tekstil Kümesi Ğ", "associated partner · TR", "No funding", 0),
)
GRANTED = sum(partner[3] for partner in PARTNERS)
STEPS = (
    "Fibre sorting trial",
    "Solvent recovery",
    "Dye-free spinning",
    "Bench safety audit",
    "Voucher call for SMEs",
    "Field visit",
)
PLACES = ("Łódź", "Guimarães", "Győr", "Θεσσαλονίκη", "Gaziantep")


def money(cents: int) -> str:
    return f"{cents // 100:,}.{cents % 100:02d}"


def budget_lines() -> list[tuple[str, str, str, str, str]]:
    """Sixty invented lines: number, work, place, months, cost."""
    return [
        (
            f"L{number:02d}",
            f"{STEPS[number % len(STEPS)]}, lot {1 + number // len(STEPS)}",
            PLACES[number % len(PLACES)],
            str(1 + number % 9),
            money(145_000 + 37_911 * number % 912_345),
        )
        for number in range(1, 61)
    ]


def total_of_lines() -> str:
    return money(sum(145_000 + 37_911 * number % 912_345 for number in range(1, 61)))


def environment() -> Environment:
    loader = FileSystemLoader([PROJECT / "templates", Path(__file__).parent])
    env = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    env.globals["_"] = lambda text: text
    return env


def members(env: Environment) -> list[list[str]]:
    """The rows of the first table, with two-line cells and tags."""
    parts: Any = env.get_template("documents/components.html").module
    tones = {"Coordinator": "brand", "No funding": "warn"}
    return [
        [parts.named(name, note), parts.tag(role, tones.get(role, "neutral")), share(cents), money(cents)]
        for name, note, role, cents in PARTNERS
    ]


def share(cents: int) -> str:
    tenths = (cents * 1000 * 2 + GRANTED) // (2 * GRANTED)
    return f"{tenths // 10}.{tenths % 10} %"


def work_plan() -> dict[str, Any]:
    """Ten quarters of invented cost per member, with the sums."""
    rows = [
        [cents // 1000 * (7 + (3 * quarter + index) % 5) for quarter in range(10)]
        for index, (*_, cents) in enumerate(PARTNERS)
    ]
    names = [partner[0] for partner in PARTNERS]
    quarters = [
        {"label": f"{2026 + (quarter + 1) // 4} Q{1 + (quarter + 1) % 4}", "number": True} for quarter in range(10)
    ]
    return {
        "quarters": quarters,
        "plan": [[name, *map(whole, row)] for name, row in zip(names, rows, strict=True)],
        "plan_total": ["Consortium", *(whole(sum(column)) for column in zip(*rows, strict=True))],
    }


def whole(cents: int) -> str:
    return f"{cents // 100:,}" if cents else "0"


def chart_data() -> list[Datum]:
    tones: tuple[Tone, ...] = ("brand", "brand-2", "gold", "neutral")
    funded = [partner for partner in PARTNERS if partner[3]]
    return [Datum(name, cents, money(cents), tone) for (name, _, _, cents), tone in zip(funded, tones, strict=True)]


def specimen_html(**changes: Any) -> str:
    """The specimen's HTML; `changes` replace fields of its document."""
    document = SimpleNamespace(**{**vars(DOCUMENT), **changes})
    env = environment()
    context = {"document": document, "members": members(env), "granted": GRANTED, "money": money, "letters": LETTERS}
    charts = {"shares": stacked_bar(chart_data()), "bars": bars(chart_data())}
    rows = {**charts, "lines": budget_lines(), "total": total_of_lines(), **work_plan()}
    return env.get_template("agreement.html").render(**context, **rows)


def attachment() -> PdfAttachment:
    data = {
        "reference": DOCUMENT.reference,
        "version": DOCUMENT.version,
        "partners": [partner[0] for partner in PARTNERS],
    }
    text = json.dumps(data, ensure_ascii=False, sort_keys=True)
    return PdfAttachment("agreement.json", text.encode(), "The data of this agreement")


def specimen_pdf(**changes: Any) -> bytes:
    """The specimen as PDF, with its data inside."""
    html = specimen_html(**changes)
    return render_pdf(html, title=TITLE, language="en", created=CREATED, attachments=[attachment()])
