"""May this expert judge this application? Hits that rule it out, load, and how many experts are enough.

Source of the disqualifying cases: code of conduct of expert contracts (domain.md 10.1); those that an officer
may still allow are warnings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from app.core.violations import Severity, Violation

if TYPE_CHECKING:
    from app.calls.rules.evaluation_kinds import Evaluation

PUBLIC_MAIL = frozenset(
    {"gmail.com", "outlook.com", "hotmail.com", "yahoo.com", "icloud.com", "proton.me", "gmx.net", "gmx.de", "web.de"}
)
"""Domains that say nothing of an employer."""


class HitKind(StrEnum):
    """What connects an expert with an application."""

    CONSORTIUM = "consortium"
    ORGANISATION = "organisation"
    EMPLOYER = "employer"
    MAIL_DOMAIN = "mail_domain"
    COMPETING = "competing"


@dataclass(frozen=True, slots=True)
class ExpertFacts:
    """What is known of an expert in a call.

    ``organisations`` are those for which the person speaks or works, ``applications`` those of the call in whose
    consortium the person is; ``load`` counts active assignments, ``maximum`` None means no limit of one's own.
    """

    person_id: UUID
    name: str
    email: str
    employer: str = ""
    organisations: frozenset[UUID] = frozenset()
    applications: frozenset[UUID] = frozenset()
    load: int = 0
    maximum: int | None = None
    registered: bool = True

    @property
    def domain(self) -> str:
        """The domain of the mail address, empty for a public provider."""
        domain = self.email.rpartition("@")[2].lower()
        return "" if domain in PUBLIC_MAIL else domain


@dataclass(frozen=True, slots=True)
class ProposalFacts:
    """What is known of an application to compare with experts; ``domains`` are those of its contacts."""

    application_id: UUID
    reference: str
    organisations: frozenset[UUID] = frozenset()
    names: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    contacts: frozenset[UUID] = frozenset()


def conflict_hits(expert: ExpertFacts, proposal: ProposalFacts) -> tuple[HitKind, ...]:
    """Everything that connects the two, strongest first."""
    return tuple(_hits(expert, proposal))


def _hits(expert: ExpertFacts, proposal: ProposalFacts) -> Iterator[HitKind]:
    if expert.person_id in proposal.contacts or proposal.application_id in expert.applications:
        yield HitKind.CONSORTIUM
    if expert.organisations & proposal.organisations:
        yield HitKind.ORGANISATION
    if expert.employer.strip() and _plain(expert.employer) in {_plain(name) for name in proposal.names}:
        yield HitKind.EMPLOYER
    if expert.domain and expert.domain in proposal.domains:
        yield HitKind.MAIL_DOMAIN
    if expert.applications - {proposal.application_id}:
        yield HitKind.COMPETING


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


_WORDS = {
    HitKind.CONSORTIUM: "{expert} is part of the consortium of {reference}.",
    HitKind.ORGANISATION: "{expert} belongs to an organisation that takes part in {reference}.",
    HitKind.EMPLOYER: "{expert} is employed by an organisation that takes part in {reference}.",
    HitKind.MAIL_DOMAIN: "The mail address of {expert} is that of an organisation in {reference}.",
    HitKind.COMPETING: "{expert} takes part in another application to this call, which competes with {reference}.",
}
_DISQUALIFY = frozenset({HitKind.CONSORTIUM, HitKind.ORGANISATION, HitKind.EMPLOYER, HitKind.COMPETING})


def conflict_findings(expert: ExpertFacts, proposal: ProposalFacts) -> tuple[Violation, ...]:
    """What connects the two, in words: what rules the expert out (blocking) and what may be allowed (warnings)."""
    figures = {"expert": expert.name, "reference": proposal.reference}
    return tuple(
        Violation(
            f"assignment.conflict_{hit}",
            _WORDS[hit],
            "person_id",
            figures,
            severity=Severity.BLOCKING if hit in _DISQUALIFY else Severity.WARNING,
            source="Code of conduct for experts",
        )
        for hit in conflict_hits(expert, proposal)
    )


def assignment_findings(expert: ExpertFacts, proposal: ProposalFacts, *, already: bool) -> tuple[Violation, ...]:
    """Why the expert cannot be assigned (blocking), and what the officer should look at (warnings).

    ``already`` whether the expert has or had an assignment to this application.
    """
    figures = {"expert": expert.name, "reference": proposal.reference}
    found = list(conflict_findings(expert, proposal))
    if already:
        words = "{expert} is or was assigned to {reference}."
        found.append(Violation("assignment.twice", words, "person_id", figures))
    if not expert.registered:
        words = "{expert} has not registered as an expert for this call yet."
        found.append(Violation("assignment.not_registered", words, "person_id", figures))
    if expert.maximum is not None and expert.load >= expert.maximum:
        words = "{expert} has {load} applications and takes at most {maximum}."
        limits: dict[str, str | int] = {"expert": expert.name, "load": expert.load, "maximum": expert.maximum}
        found.append(Violation("assignment.load", words, "person_id", limits))
    return tuple(found)


def withdrawn(reference: str = "") -> Violation:
    """Why nothing can be done to an application any more; named where several are in question."""
    if reference:
        words = "{reference} was withdrawn by its coordinator and takes no further part in the evaluation."
        return Violation("evaluation.withdrawn", words, figures={"reference": reference})
    words = "This application was withdrawn by its coordinator and takes no further part in the evaluation."
    return Violation("evaluation.withdrawn", words)


def missing_experts(evaluation: Evaluation, active: int) -> int:
    """How many experts an application still lacks."""
    return max(evaluation.experts - active, 0)
