"""What a call is: names, legal basis, who manages it, its versions and their history."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from app.calls.rules.values import Link, Part, Text, Words

Identifier = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*$", min_length=3, max_length=60)
]
VersionNumber = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]?\.[0-9]{1,2}$")]


class Reference(Part):
    """A page or document that belongs to the call."""

    title: Words
    url: Link


class Identity(Part):
    """Names of the call and where its money comes from."""

    identifier: Identifier = Field(description="As printed on the call; matched without regard to case and zeros.")
    titles: Words
    summary: Words
    programme: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z0-9-]*$", max_length=30)]
    legal_basis: tuple[Text, ...] = ()
    managing_body: Text
    policy_owner: Text | None = None
    budget_line: Text | None = None
    budget_year: Annotated[int, Field(ge=2000, le=2100)]
    contact: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$")] | None = None
    links: tuple[Reference, ...] = ()


class VersionChange(Part):
    """One line of the call's history of changes."""

    version: VersionNumber
    date: date
    summary: Words
