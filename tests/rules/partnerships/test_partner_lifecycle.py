"""How a partner comes and goes."""

from __future__ import annotations

import pytest

from app.core.errors import TransitionNotAllowedError
from app.partnerships.rules.facts import PartnerRole
from app.partnerships.rules.lifecycle import PARTNER, PartnerEvent, PartnerState


def test_an_invitation_is_answered_once() -> None:
    for answer in (PartnerEvent.ACCEPT, PartnerEvent.DECLINE):
        answered = PARTNER.after(PartnerState.INVITED, answer)
        for again in (PartnerEvent.ACCEPT, PartnerEvent.DECLINE):
            with pytest.raises(TransitionNotAllowedError):
                PARTNER.after(answered, again)


@pytest.mark.parametrize("state", [PartnerState.DECLINED, PartnerState.LEFT, PartnerState.REMOVED])
def test_who_is_gone_returns_only_by_a_new_invitation(state: PartnerState) -> None:
    assert PARTNER.events_from(state) == (PartnerEvent.INVITE_AGAIN,)
    assert PARTNER.after(state, PartnerEvent.INVITE_AGAIN) is PartnerState.INVITED


def test_every_state_is_in_the_table() -> None:
    assert set(PARTNER.states) == set(PartnerState)


def test_roles() -> None:
    assert [role for role in PartnerRole if role.is_beneficiary] == [PartnerRole.COORDINATOR, PartnerRole.PARTNER]
    assert [role for role in PartnerRole if not role.has_budget] == [PartnerRole.ASSOCIATED]
