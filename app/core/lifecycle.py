"""Lifecycle: one table ``(state, event) -> state`` per aggregate.

The same table yields the allowed buttons, the CHECK constraint and the Mermaid
diagram in the area's docstring, so that none of them can drift.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from app.core.errors import TransitionNotAllowedError

State = TypeVar("State", bound=StrEnum)
Event = TypeVar("Event", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Lifecycle(Generic[State, Event]):
    """States and events of one kind of aggregate, called ``name`` in messages."""

    name: str
    initial: State
    transitions: Mapping[tuple[State, Event], State]

    def after(self, state: State, event: Event) -> State:
        """The state after ``event``; raise TransitionNotAllowedError where it cannot happen."""
        try:
            return self.transitions[(state, event)]
        except KeyError:
            raise TransitionNotAllowedError(self.name, state, event) from None

    def allows(self, state: State, event: Event) -> bool:
        """Whether ``event`` can happen in ``state``."""
        return (state, event) in self.transitions

    def events_from(self, state: State) -> tuple[Event, ...]:
        """Events that can happen in ``state``, in the order of the table: the buttons."""
        return tuple(event for (start, event) in self.transitions if start == state)

    @property
    def states(self) -> tuple[State, ...]:
        """Every state of the table in the order of first mention."""
        seen = dict.fromkeys([self.initial])
        for (start, _), end in self.transitions.items():
            seen.setdefault(start)
            seen.setdefault(end)
        return tuple(seen)

    def mermaid(self) -> str:
        """The table as a Mermaid state diagram."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        lines += [f"    {start} --> {end}: {event}" for (start, event), end in self.transitions.items()]
        return "\n".join(lines)
