"""The coordinator signs first, the others in any order, the authority last; nobody signs twice or for somebody else."""

from __future__ import annotations

from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from app.grants.rules.signing_order import (
    SigningParty,
    authority_findings,
    both_sides_findings,
    next_to_sign,
    other_side_findings,
    party_findings,
)


@st.composite
def consortia(draw: st.DrawFn) -> tuple[SigningParty, ...]:
    number = draw(st.integers(1, 6))
    return tuple(
        SigningParty(uuid4(), f"Party {place}", place == 0, uuid4(), f"Signatory {place}", holds=True)
        for place in range(number)
    )


@given(consortia(), st.randoms(use_true_random=False))
def test_whoever_follows_the_turn_signs_everything_once_and_the_authority_last(
    parties: tuple[SigningParty, ...],
    chance: object,
) -> None:
    signed: list[UUID | None] = []
    while turn := next_to_sign(parties, signed):
        who = chance.choice(turn)  # type: ignore[attr-defined]
        party = next((one for one in parties if one.partner_id == who), None)
        if party is None:
            assert authority_findings(parties, signed, {uuid4()}, opened_by=uuid4()) == ()
        else:
            assert party_findings(parties, signed, party.partner_id, party.signatory_id) == ()
        signed.append(who)
    assert signed[0] == parties[0].partner_id
    assert signed[-1] is None
    assert sorted(map(str, signed)) == sorted(map(str, [*(one.partner_id for one in parties), None]))


@given(consortia(), st.data())
def test_out_of_turn_is_refused(parties: tuple[SigningParty, ...], data: st.DataObject) -> None:
    several = data.draw(st.lists(st.sampled_from([one.partner_id for one in parties]), unique=True))
    signed = set(several) | {parties[0].partner_id} if several else set()
    turn = next_to_sign(parties, signed)
    for party in parties:
        found = {one.rule for one in party_findings(parties, signed, party.partner_id, party.signatory_id)}
        if party.partner_id in signed:
            assert found == {"grant.signed_already"}
        elif party.partner_id not in turn:
            assert found == {"grant.not_your_turn"}
        else:
            assert found == set()
    early = {one.rule for one in authority_findings(parties, signed, {uuid4()}, opened_by=None)}
    assert early == (set() if turn == (None,) else {"grant.not_your_turn"})


def party(**given: object) -> SigningParty:
    values: dict[str, object] = {
        "partner_id": UUID(int=1),
        "name": "Cluster Porto",
        "coordinates": True,
        "signatory_id": UUID(int=7),
        "signatory": "Ana Reis",
        "holds": True,
    }
    return SigningParty(**(values | given))  # type: ignore[arg-type]


def test_only_the_mandated_person_signs_and_only_while_a_signatory() -> None:
    [other] = party_findings([party()], set(), UUID(int=1), UUID(int=8))
    assert other.rule == "grant.not_mandated"
    assert "Ana Reis" in other.text
    [left] = party_findings([party(holds=False)], set(), UUID(int=1), UUID(int=7))
    assert left.rule == "grant.mandate_ended"
    [nobody] = party_findings([party(signatory_id=None)], set(), UUID(int=1), None)
    assert nobody.rule == "grant.not_mandated"


def test_who_opened_it_does_not_sign_for_the_authority() -> None:
    signed = {UUID(int=1)}
    officer = UUID(int=9)
    assert [one.rule for one in authority_findings([party()], signed, {officer}, officer)] == [
        "grant.authority_four_eyes"
    ]
    assert [one.rule for one in authority_findings([party()], signed, set(), officer)] == ["grant.authority_four_eyes"]
    assert authority_findings([party()], signed, {UUID(int=10)}, officer) == ()


@given(st.sets(st.integers(0, 4)), st.sets(st.integers(0, 4)), st.booleans())
def test_nobody_stands_on_both_sides(persons: set[int], signers: set[int], of_a_party: bool) -> None:  # noqa: FBT001  # drawn
    one, other = ({UUID(int=number + 1) for number in numbers} for numbers in (persons, signers))
    found = [each.rule for each in both_sides_findings(one, other, of_a_party=of_a_party)]
    expected = ["grant.signed_for_party"] if one & other else ["interest.of_a_party"] if of_a_party else []
    assert found == expected
    against = authority_findings([party()], {UUID(int=1)}, one, None, signed_by=other, of_a_party=of_a_party)
    assert not expected or expected[0] in {each.rule for each in against}
    assert bool(other_side_findings(one, [*other, None])) == bool(one & other)


def test_who_opened_it_does_not_sign_for_a_party() -> None:
    found = party_findings([party()], set(), UUID(int=1), UUID(int=7), opened_by=UUID(int=7))
    assert [one.rule for one in found] == ["grant.acted_for_authority"]
