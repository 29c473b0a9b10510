"""Commands and rows of partnerships."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import StringConstraints, model_validator

from app.accounts.schemas import Email
from app.core.commands import Command, EmptyIsNone
from app.partnerships.rules.facts import PartnerRole
from app.partnerships.rules.lifecycle import PartnerState


class InvitePartner(Command):
    """Invite an organisation that is registered, or a person by e-mail who will name it."""

    organisation_id: UUID | None = None
    email: Email | None = None
    role: Literal[PartnerRole.PARTNER, PartnerRole.AFFILIATED, PartnerRole.ASSOCIATED] = PartnerRole.PARTNER
    message: Annotated[str, StringConstraints(max_length=1000)] = ""

    @model_validator(mode="before")
    @classmethod
    def _blank_is_none(cls, data: object) -> object:
        if isinstance(data, dict):
            return {key: value for key, value in data.items() if value != "" or key == "message"}
        return data

    @model_validator(mode="after")
    def _one_of_both(self) -> InvitePartner:
        if (self.organisation_id is None) == (self.email is None):
            raise ValueError("Choose an organisation from the list or enter an e-mail address, not both.")
        return self


class AnswerInvitation(Command):
    """Accept on behalf of an organisation, or decline."""

    accept: bool
    organisation_id: Annotated[UUID | None, EmptyIsNone] = None


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """A partner as pages and API show it."""

    id: UUID
    partnership_id: UUID
    position: int
    organisation_id: UUID | None
    name: str
    short_name: str
    country: str
    region: str
    role: PartnerRole
    state: PartnerState
    invited_email: str | None
    invited_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """An invitation as the one who is asked sees it; ``organisation`` is empty where only a person is known."""

    id: UUID
    partnership_id: UUID
    organisation_id: UUID | None
    organisation: str
    invited_email: str | None
    role: PartnerRole
    state: PartnerState
    message: str
    invited_by: UUID | None
    invited_at: datetime
