"""Commands of accounts and the rows that its queries return."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, StringConstraints

from app.accounts.rules.email import MAX_LENGTH, normal_email
from app.accounts.rules.invitations import InvitationState
from app.accounts.rules.passwords import MAX_LENGTH as MAX_PASSWORD
from app.accounts.rules.second_factor import StepOutcome
from app.accounts.rules.tokens import DAYS, TokenScope
from app.accounts.rules.zones import zones
from app.core.actor import Role, ScopeKind
from app.core.commands import Command, EmptyIsNone, RequiredLine

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


def _bounded(value: object) -> object:
    if isinstance(value, str) and not value:
        raise ValueError("Enter a password.")
    if isinstance(value, str) and len(value) > MAX_PASSWORD:
        raise ValueError(f"Enter at most {MAX_PASSWORD} characters.")
    return value


def _zone(value: str) -> str:
    if value not in zones():
        raise ValueError("Choose a time zone from the list.")
    return value


def _days(value: int) -> int:
    if value not in DAYS:
        raise ValueError("Choose one of the periods.")
    return value


def _id_in_address(value: object) -> object:
    """An identifier may be pasted as the address of its page."""
    if isinstance(value, str) and "/" in value and (found := _ID.search(value)):
        return found.group()
    return value


Email = Annotated[str, StringConstraints(max_length=MAX_LENGTH), AfterValidator(normal_email)]
Password = Annotated[SecretStr, BeforeValidator(_bounded)]
PersonName = RequiredLine
Language = Literal["en", "fr", "de"]
ScopeId = Annotated[UUID | None, BeforeValidator(_id_in_address), EmptyIsNone]


class RegisterPerson(Command):
    """Ask for an account."""

    name: PersonName
    email: Email
    password: Password


class ConfirmEmail(Command):
    """Confirm an address: the link proves the mailbox, the password that it is the one who registered."""

    password: Password


class SignIn(Command):
    """Sign in with a password."""

    email: Annotated[str, StringConstraints(min_length=1, max_length=MAX_LENGTH, to_lower=True)]
    password: Password


class RequestPasswordReset(Command):
    """Ask for a link that sets a new password."""

    email: Email


class ResetPassword(Command):
    """Set a new password by a link."""

    password: Password


class ChangePassword(Command):
    """Set a new password, knowing the present one."""

    current_password: Password
    password: Password


class EnrolSecondFactor(Command):
    """Set up a second step, knowing the present password."""

    current_password: Password


class UpdatePerson(Command):
    """Change what the person says about themselves."""

    name: PersonName
    language: Language
    zone: Annotated[str, StringConstraints(max_length=60), AfterValidator(_zone)]


class AssignRole(Command):
    """Give a role in a scope; ``scope_id`` is empty for the platform."""

    role: Role
    scope: ScopeKind
    scope_id: ScopeId = None


class InvitePerson(AssignRole):
    """Offer a role to an e-mail address."""

    email: Email


class RegisterInvited(Command):
    """Accept an invitation without an account yet."""

    name: PersonName
    password: Password


class CreateApiToken(Command):
    """Make a key for a program."""

    name: RequiredLine
    scopes: Annotated[list[TokenScope], Field(min_length=1, max_length=2)]
    days: Annotated[int, AfterValidator(_days)]


class DelegateTasks(Command):
    """Hand tasks to a colleague from the first day to the last, both included."""

    delegate_id: UUID
    starts_on: date
    ends_on: date
    reason: RequiredLine


class DelegateFor(DelegateTasks):
    """The same for somebody who cannot do it."""

    person_id: UUID


@dataclass(frozen=True, slots=True)
class Credentials:
    """What is compared when somebody signs in; read before any write, because hashing is slow."""

    person_id: UUID
    email: str
    password_hash: str | None
    confirmed: bool
    active: bool


@dataclass(frozen=True, slots=True)
class SecondStepWanted:
    """The password fitted; a code is still to come before anybody is signed in."""

    credentials: Credentials


@dataclass(frozen=True, slots=True)
class HalfSignedIn:
    """Whose password fitted a moment ago, and what they typed as the code."""

    credentials: Credentials
    typed: str


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of the code of a sign-in; ``secret`` of the new session where it was accepted."""

    outcome: StepOutcome
    secret: str = ""


@dataclass(frozen=True, slots=True)
class SecondFactorRow:
    """The second step of a person; ``confirmed_at`` is None until the first code of the device."""

    created_at: datetime
    confirmed_at: datetime | None
    recovery_codes_left: int


@dataclass(frozen=True, slots=True)
class Checked:
    """A typed password compared with what was stored, before the transaction that relies on it.

    ``new_hash`` is the hash of the password to come, where one is set.
    """

    credentials: Credentials
    matches: bool
    new_hash: str = ""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as lists of people show it."""

    id: UUID
    name: str
    email: str
    active: bool
    confirmed: bool
    created_at: datetime
    last_seen_at: datetime | None
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class PersonDetails:
    """A person as their own page shows it."""

    id: UUID
    name: str
    email: str
    language: str
    zone: str
    active: bool
    confirmed: bool
    created_at: datetime
    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class RoleRow:
    """One role of one person."""

    id: UUID
    person_id: UUID
    role: Role
    scope: ScopeKind
    scope_id: UUID | None
    granted_at: datetime
    granted_by: str


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One person in one scope with the roles held there."""

    person_id: UUID
    name: str
    email: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """An invitation as lists and its own page show it."""

    id: UUID
    email: str
    role: Role
    scope: ScopeKind
    scope_id: UUID | None
    invited_by: str
    invited_at: datetime
    expires_at: datetime
    state: InvitationState


@dataclass(frozen=True, slots=True)
class TokenRow:
    """An API token without its secret."""

    id: UUID
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
