"""What the invented projects say: texts, plans and figures, always the same for the same seed."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from app.core.money import Money

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

DATA = Path(__file__).parent / "data"
LUMP_SUM = Money(85_000)
"""What applicants of the demo plan for a visit: between the lump sums of Portugal and of France."""

_SECTOR = {
    "textile": "textile", "aerospace": "aerospace", "food": "agrifood", "wood": "construction", "photonics": "manufacturing",
    "maritime": "mobility", "health": "health", "mechatronics": "manufacturing", "energy": "energy", "packaging": "manufacturing",
    "automotive": "mobility", "materials": "manufacturing", "furniture": "creative", "water": "energy", "chemistry": "manufacturing",
    "creative": "creative", "mobility": "mobility", "electronics": "digital", "manufacturing": "manufacturing",
    "logistics": "mobility", "construction": "construction", "digital": "digital",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Project:
    """An invented project."""

    acronym: str
    title: str
    theme: str
    field: str


@dataclass(frozen=True, slots=True)
class DemoOrganisation:
    """An invented organisation in a real region."""

    name: str
    short_name: str
    country: str
    region: str
    city: str
    type: str
    legal_form: str


@cache
def projects() -> tuple[Project, ...]:
    """Forty projects, in the order of their numbers."""
    with (DATA / "projects.csv").open(encoding="utf-8") as file:
        return tuple(Project(**row) for row in csv.DictReader(file))


@cache
def organisations() -> tuple[DemoOrganisation, ...]:
    """Seventy-five organisations."""
    with (DATA / "organisations.csv").open(encoding="utf-8") as file:
        return tuple(DemoOrganisation(**row) for row in csv.DictReader(file))


def general(project: Project, *, start: date, random: Random) -> dict[str, Any]:
    """Answers of the first section."""
    sectors = list(dict.fromkeys([_SECTOR[project.field], random.choice(["digital", "energy", "manufacturing"])]))
    return {
        "acronym": project.acronym,
        "project_title": project.title,
        "abstract": (
            f"{project.acronym} brings cluster organisations together around {project.theme}. Over two years the partners "
            f"train their managers, compare how they serve their members, and open their networks to each other's "
            f"companies. Fifty ClusterXchange visits let small and medium-sized enterprises spend a few days with a host "
            f"abroad and come home with a partner, a supplier or a new way of working. Each partner writes a strategy for "
            f"its own cluster, has it read by two others, and puts the first three measures into practice before the "
            f"project ends. Results are shared through the platform for clusters, two open events and a handbook that "
            f"other clusters can use without asking."
        ),
        "keywords": f"{project.field}, clusters, small and medium-sized enterprises, exchange, skills",
        "sectors": sectors,
        "duration_months": random.choice([20, 22, 24, 24]),
        "start_date": start.isoformat(),
    }


def partnership(project: Project, names: Sequence[str]) -> dict[str, Any]:
    """Answers about the consortium."""
    return {
        "partnership_rationale": (
            f"{names[0]} coordinates: it has run two European projects and knows the firms that care about {project.theme}. "
            f"{names[1]} brings training and a laboratory that visitors can use. {names[2]} stands for a region whose "
            f"firms have had few partners abroad so far and are keen to host. Together the partners cover the whole chain "
            f"from material to market. Decisions are taken by a steering group in which each partner has one vote; the "
            f"coordinator decides only on the calendar."
        ),
        "earlier_partnership": "no",
    }


def activities(project: Project, names: Sequence[str], *, optional: bool) -> dict[str, Any]:
    """Answers about the work."""
    plans = {
        "management_skills": (
            "Three training weeks for cluster managers, a twinning of each partner with another one, and a strategy "
            "review by two peers for every cluster."
        ),
        "cluster_xchange": (
            "Fifty visits of three to five working days. Visitors apply with one page, hosts publish what they can show, "
            "the partners match both and pay the lump sum of the host country after the report."
        ),
        "outreach": f"A web page, six short films about firms and {project.theme}, and two open events with other clusters.",
    }
    if optional:
        plans["joint_activities"] = (
            "Two days of meetings between companies of all partners, prepared by profiles and wishes."
        )
    return {
        "planned_activities": plans,
        "work_packages": [
            {"name": "Management and quality", "leader": names[0], "first_month": 1, "last_month": 20,
             "content": "Steering group, reports, risk register, quality of deliverables."},
            {"name": "Skills and strategies", "leader": names[1], "first_month": 1, "last_month": 14,
             "content": "Training weeks, twinning, strategy reviews."},
            {"name": "ClusterXchange", "leader": names[2], "first_month": 4, "last_month": 20,
             "content": "Call for visitors and hosts, matching, visits, reports, payments."},
            {"name": "Outreach", "leader": names[0], "first_month": 2, "last_month": 20,
             "content": "Web page, films, open events, handbook."},
        ],
        "deliverables": [
            {"name": "Training programme", "work_package": "Skills and strategies", "month": 4},
            {"name": "Strategy of each cluster", "work_package": "Skills and strategies", "month": 14},
            {"name": "Report on fifty exchanges", "work_package": "ClusterXchange", "month": 20},
            {"name": "Handbook for other clusters", "work_package": "Outreach", "month": 20},
        ],
        "milestones": [
            {"name": "First visitor at a host", "month": 6, "proof": "Signed commitment to quality"},
            {"name": "Half of the exchanges done", "month": 13, "proof": "Closing reports of 25 visits"},
        ],
    }  # fmt: skip


def results(exchanges: int, random: Random) -> dict[str, Any]:
    """Targets; at least half of the exchanges are with small and medium-sized enterprises."""
    return {
        "indicators": {
            "exchanges": exchanges,
            "exchanges_with_smes": exchanges // 2 + random.randint(0, exchanges // 4),
            "managers_trained": random.randint(12, 30),
            "smes_reached": random.randint(120, 600),
            "quality_labels": random.randint(1, 4),
        },
        "lasting_effect": (
            "The training programme stays with the partners, who offer it once a year. Firms that met through an exchange "
            "keep working together without us; a year later we ask them what came of it and publish the answer."
        ),
    }


def budget_words() -> dict[str, Any]:
    """Answers beside the figures."""
    return {
        "third_party_support": (
            "Any member of the partner clusters may apply for a visit. Two partners read each request and choose by use for "
            "the firm and fit of the host. The lump sum is that of the host country, halved for short or near visits."
        ),
        "value_for_money": (
            "Most costs are the working time of people who know the firms. Travel is kept low by meeting online between the "
            "training weeks."
        ),
    }


def declarations() -> dict[str, Any]:
    """All three statements."""
    return {"honour": True, "no_double_funding": True, "mandate": True}


def sheets(partners: int, random: Random, *, exchanges: int = 50, aim: Money) -> list[dict[str, Money]]:
    """Costs of each partner so that the grant requested comes close to ``aim`` and never above it.

    Personnel, travel and indirect costs are funded at 75 %, visits at 100 %.
    """
    visits = LUMP_SUM.times(exchanges)
    direct_cents = (aim - visits).cents * 10_000 * 100 // (7_500 * 107)
    direct = Money(direct_cents // 100_00 * 100_00)
    weights = [random.randint(60, 100) + (60 if index == 0 else 0) for index in range(partners)]
    made = []
    for index, share in enumerate(direct.split(weights)):
        travel, subcontracting, personnel = share.split([22, 6 if index == 0 else 0, 72])
        made.append(
            {
                "personnel": personnel,
                "other_direct": travel,
                "subcontracting": subcontracting,
                "third_parties": visits if index == 0 else Money(0),
            }
        )
    return made
