"""Which envelopes a call opens."""

from __future__ import annotations

from app.calls.rules.call_rules import CallRules
from app.calls.rules.envelopes import envelopes_of
from app.core.money import Money
from app.ledger.schemas import EnvelopeToOpen
from tests.builders.calls import a_document, escp_4x


def test_a_strand_with_its_own_money_is_an_envelope() -> None:
    title = "European Strategic Cluster Partnerships for Excellence"
    assert envelopes_of(escp_4x()) == (EnvelopeToOpen("main", title, Money(360_000_000)),)


def test_strands_that_share_a_pool_are_one_envelope_and_make_the_whole() -> None:
    document = a_document()
    document["strands"] = [
        {"id": "industry", "titles": "Industry", "pool": "common"},
        {"id": "services", "titles": "Services", "pool": "common"},
        {"id": "health", "titles": {"en": "Health", "fr": "Santé"}, "envelope": "1000000.00"},
    ]
    document["pools"] = [{"id": "common", "titles": "Industry and services", "envelope": "2600000.00"}]
    rules = CallRules.from_plain(document)
    opened = envelopes_of(rules)
    assert [(one.code, one.title, one.amount) for one in opened] == [
        ("health", "Health", Money(100_000_000)),
        ("common", "Industry and services", Money(260_000_000)),
    ]
    assert Money.total(one.amount for one in opened) == rules.envelope


def test_a_call_that_pays_nothing_opens_none() -> None:
    document = a_document()
    document["strands"] = [{"id": "main", "titles": "Main"}]
    assert envelopes_of(CallRules.from_plain(document)) == ()
