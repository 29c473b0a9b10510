from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import TransitionNotAllowedError
from app.core.lifecycle import Lifecycle


class State(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    CLOSED = "closed"


class Event(StrEnum):
    SEND = "send"
    SEND_BACK = "send_back"
    CLOSE = "close"


LETTER = Lifecycle(
    name="letter",
    initial=State.DRAFT,
    transitions={
        (State.DRAFT, Event.SEND): State.IN_REVIEW,
        (State.IN_REVIEW, Event.SEND_BACK): State.DRAFT,
        (State.IN_REVIEW, Event.CLOSE): State.CLOSED,
    },
)


@given(st.sampled_from(State), st.sampled_from(Event))
def test_table_buttons_and_refusals_agree(state: State, event: Event) -> None:
    if LETTER.allows(state, event):
        assert LETTER.after(state, event) == LETTER.transitions[state, event]
        assert event in LETTER.events_from(state)
    else:
        assert event not in LETTER.events_from(state)
        with pytest.raises(TransitionNotAllowedError):
            LETTER.after(state, event)


def test_a_refusal_says_what_is_and_what_cannot_be() -> None:
    with pytest.raises(TransitionNotAllowedError) as refused:
        LETTER.after(State.IN_REVIEW, Event.SEND)
    assert refused.value.message == "This letter is in review: it cannot be send now."
    assert (refused.value.lifecycle, refused.value.state, refused.value.event) == ("letter", "in_review", "send")


def test_buttons_keep_the_order_of_the_table() -> None:
    assert LETTER.events_from(State.IN_REVIEW) == (Event.SEND_BACK, Event.CLOSE)
    assert LETTER.events_from(State.CLOSED) == ()


def test_states_are_those_of_the_table_in_order() -> None:
    assert LETTER.states == (State.DRAFT, State.IN_REVIEW, State.CLOSED)


def test_the_diagram_draws_every_transition() -> None:
    assert LETTER.mermaid().splitlines() == [
        "stateDiagram-v2",
        "    [*] --> draft",
        "    draft --> in_review: send",
        "    in_review --> draft: send_back",
        "    in_review --> closed: close",
    ]
