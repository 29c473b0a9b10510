"""The envelopes of a call: the strands that have their own, and the pools that strands share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.ledger.schemas import EnvelopeToOpen

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules


def envelopes_of(rules: CallRules) -> tuple[EnvelopeToOpen, ...]:
    """What the call sets aside, in the order of its document; nothing where it pays nothing."""
    own = [(strand.id, strand.titles, strand.envelope) for strand in rules.strands if strand.envelope is not None]
    shared = [(pool.id, pool.titles, pool.envelope) for pool in rules.pools]
    return tuple(EnvelopeToOpen(code, str(titles), amount) for code, titles, amount in (*own, *shared))
