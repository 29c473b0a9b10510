"""What the experts of the demo write: reasons that fit the points they give, never twice the same sentence in a row."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from app.demo.content import Project
from app.demo.fates import CRITERIA

_BANDS = ((85, "strong"), (70, "sound"), (50, "weak"), (0, "poor"))
MAXIMA: Mapping[str, int] = {"relevance": 30, "quality": 30, "impact": 20, "budget": 20}
_WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "relevance": {
        "strong": (
            "The project answers all three mandatory activities and starts from what firms around {theme} told the partners.",
            "Needs are shown with figures from each region, and the visits are tied to them. A clear reading of the call.",
        ),
        "sound": (
            "The objectives of the call are met. The link between training and the firms behind {theme} could be closer.",
            "A relevant partnership; one of the regions is described in general terms only.",
        ),
        "weak": (
            "The project repeats the objectives of the call without showing which needs around {theme} it starts from.",
            "Outreach is well argued, but the exchanges are an annex rather than the core that the call asks for.",
        ),
        "poor": (
            "It stays open how the activities serve cluster managers; most of the text promotes {theme} in general.",
            "The needs of smaller firms are asserted, not shown, and one mandatory activity is hardly addressed.",
        ),
    },
    "quality": {
        "strong": (
            "Work packages, deliverables and who decides what fit together; risks are named with what will be done about them.",
            "A convincing plan: each partner trains others in what it does best, and every step is checked by somebody else.",
        ),
        "sound": (
            "The plan is feasible. The first milestone comes late, which leaves little time to correct the course.",
            "Responsibilities are clear; the selection of visitors needs one more step to be fair to small members.",
        ),
        "weak": (
            "Tasks overlap between two work packages and it is not clear who leads the exchanges.",
            "Few milestones can be verified, and the coordinator carries most of the work alone.",
        ),
        "poor": (
            "The work plan lists events without saying who prepares them, and the experience of two partners is not shown.",
            "Deliverables are named but neither dated nor described; the plan cannot be followed.",
        ),
    },
    "impact": {
        "strong": (
            "Targets are ambitious and measurable, and the joint office will outlive the grant.",
            "Fifty exchanges are planned month by month, more than half with smaller firms; the handbook is of use to others.",
        ),
        "sound": (
            "The targets can be reached. What remains afterwards depends on funds that are not secured yet.",
            "Good reach among members; dissemination beyond the partners is modest.",
        ),
        "weak": (
            "The targets follow the minimum of the call; how they are measured is not said.",
            "Lasting effects rest on one event after the end of the project.",
        ),
        "poor": (
            "The number of exchanges is not credible for the time and people that are planned.",
            "No effect beyond the partners themselves is described.",
        ),
    },
    "budget": {
        "strong": (
            "Costs are in proportion, travel is modest and the lump sums for visits are computed by host country.",
            "Each figure can be traced to a task; the own contribution of the partners is shown.",
        ),
        "sound": (
            "Reasonable overall; the share of the coordinator is high for the work it does.",
            "Adequate. Subcontracting of the website could have been explained.",
        ),
        "weak": (
            "Personnel costs of two partners are high for their tasks, and travel is counted twice in one place.",
            "The budget for visits does not match the number of exchanges.",
        ),
        "poor": (
            "A third of the budget goes to management; the results do not justify it.",
            "Several amounts cannot be linked to any activity.",
        ),
    },
}


def comment(criterion: str, points: int, project: Project, random: Random) -> str:
    """A reason for these points."""
    percent = points * 100 // MAXIMA[criterion]
    band = next(name for least, name in _BANDS if percent >= least)
    return random.choice(_WORDS[criterion][band]).format(theme=project.theme)


def comments(points: tuple[int, ...], project: Project, random: Random) -> dict[str, str]:
    """A reason for each criterion."""
    return {name: comment(name, given, project, random) for name, given in zip(CRITERIA, points, strict=True)}


def near(points: tuple[int, ...], random: Random, *, spread: int = 2) -> tuple[int, ...]:
    """What one expert gave where the group agreed on ``points``."""
    limits = [MAXIMA[name] for name in CRITERIA]
    return tuple(
        max(0, min(limit, given + random.randint(-spread, spread))) for given, limit in zip(points, limits, strict=True)
    )
