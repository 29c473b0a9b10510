"""Verify that no event was changed, removed or slipped in."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.audit.queries import chains, heads
from app.audit.rules.chain import first_break


@dataclass(frozen=True, slots=True)
class ChainReport:
    """Result over all chains: ``broken`` names each faulty chain and where it breaks."""

    chains: int
    events: int
    broken: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether every chain verifies."""
        return not self.broken


def verify_chains(session: Session) -> ChainReport:
    """Recompute every hash; compare the last with the stored head."""
    expected, broken, count, events = heads(session), [], 0, 0
    for kind, subject, links in chains(session):
        count, events = count + 1, events + len(links)
        at = first_break(links)
        if at is not None:
            broken.append(f"{kind} {subject}: event {at} does not fit")
        elif expected.pop((kind, subject), None) != (len(links), links[-1][1]):
            broken.append(f"{kind} {subject}: the last event is not the one that was recorded last")
        expected.pop((kind, subject), None)
    broken += [
        f"{kind} {subject}: its events are missing" for (kind, subject), (length, _) in expected.items() if length
    ]
    return ChainReport(count, events, tuple(broken))
