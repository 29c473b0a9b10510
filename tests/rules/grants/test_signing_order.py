"""The coordinator signs first, the others in any order, the authority last; nobody signs twice or for somebody else."""

from __future__ import annotations

from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from app.grants.rules.signing_order import SigningParty, authority_findings, next_to_sign, party_findings


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
