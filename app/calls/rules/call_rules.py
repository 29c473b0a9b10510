"""CallRules: one call as one frozen document of closed vocabularies, with its hash."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import Field

from app.calls.rules.eligibility_kinds import EligibilityRule, ExclusionRule, SelectionRule
from app.calls.rules.evaluation_kinds import Evaluation
from app.calls.rules.form_kinds import Form
from app.calls.rules.funding_kinds import Funding, Pool, Strand
from app.calls.rules.grant_kinds import GrantTerms, Publication
from app.calls.rules.identity import Identity, VersionChange, VersionNumber
from app.calls.rules.timetable import Timetable
from app.calls.rules.values import Link, Part, Rule, Text
from app.core.canonical import canonical_json, digest
from app.core.money import Money
from app.reference.schemas import Confidence

Kind = TypeVar("Kind", bound=Rule)


class Provenance(Part):
    """Where a figure was read and how sure it is; ``assumed`` needs confirmation at publication."""

    source: Text
    confidence: Confidence
    note: Text | None = None
    link: Link | None = None


class CallRules(Part):
    """A version of a call: everything that pages, checks, money and letters need to know of it."""

    __slots__ = ("_sha256",)  # beside the fields: a remembered hash is neither compared, dumped nor copied

    identity: Identity
    version: VersionNumber
    changes: tuple[VersionChange, ...] = Field(min_length=1)
    timetable: Timetable
    strands: tuple[Strand, ...] = Field(min_length=1)
    pools: tuple[Pool, ...] = ()
    funding: Funding
    eligibility: tuple[EligibilityRule, ...] = ()
    exclusion: tuple[ExclusionRule, ...] = ()
    selection: tuple[SelectionRule, ...] = ()
    form: Form
    evaluation: Evaluation | None = None
    grant: GrantTerms = GrantTerms()
    publication: Publication = Publication()
    provenance: dict[str, Provenance] = Field(default_factory=dict)

    @classmethod
    def from_plain(cls, plain: Mapping[str, object]) -> CallRules:
        """Read a document of plain JSON or YAML values; raise pydantic.ValidationError with every mistake."""
        return cls.model_validate_json(canonical_json(dict(plain)))

    def plain(self) -> dict[str, Any]:
        """The document as plain JSON values: what is stored and hashed."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)

    def canonical(self) -> bytes:
        """The canonical bytes of the document."""
        return canonical_json(self.plain())

    @property
    def sha256(self) -> str:
        """SHA-256 of the canonical bytes, in hexadecimal; computed once."""
        known: str | None = getattr(self, "_sha256", None)
        if known is None:
            known = digest(self.plain())
            object.__setattr__(self, "_sha256", known)
        return known

    @property
    def envelope(self) -> Money | None:
        """All that the call can award; None where it pays nothing."""
        envelopes = [strand.envelope for strand in self.strands if strand.envelope is not None]
        envelopes += [pool.envelope for pool in self.pools]
        return Money.total(envelopes, envelopes[0].currency) if envelopes else None

    def strand(self, strand_id: str) -> Strand:
        """The strand of that id; raise KeyError where there is none."""
        for strand in self.strands:
            if strand.id == strand_id:
                return strand
        raise KeyError(strand_id)

    def rules_of(self, kind: type[Kind], strand: str | None = None) -> tuple[Kind, ...]:
        """Eligibility, exclusion, selection rules and ceilings of one kind, for one strand or for all."""
        every: tuple[Rule, ...] = (*self.eligibility, *self.exclusion, *self.selection, *self.funding.ceilings)
        return tuple(rule for rule in every if isinstance(rule, kind) and (strand is None or rule.applies_to(strand)))

    def rule_of(self, kind: type[Kind], strand: str | None = None) -> Kind | None:
        """The first rule of a kind, or None where the call has none."""
        return next(iter(self.rules_of(kind, strand)), None)

    def assumed(self) -> tuple[str, ...]:
        """Paths of the figures that nobody has read in an official text."""
        return tuple(path for path, origin in self.provenance.items() if origin.confidence is Confidence.ASSUMED)
