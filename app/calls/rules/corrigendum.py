"""A corrigendum as it is written in a call file: what the next version sets."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import Field

from app.calls.rules.identity import VersionNumber
from app.calls.rules.values import Part, Words


class Corrigendum(Part):
    """The next version: paths of the call with their new values, and a line for the history of changes."""

    version: VersionNumber
    date: date
    summary: Words
    set: dict[str, Any] = Field(min_length=1, description="Dotted path in the call to its new value.")

    def entered_in(self, tree: Any) -> dict[str, object]:  # noqa: ANN401  # a tree of plain values
        """The tree with the new version number and its line in the history."""
        line = {"version": self.version, "date": self.date.isoformat(), "summary": self.summary.root}
        return {**tree, "version": self.version, "changes": [*tree["changes"], line]}
