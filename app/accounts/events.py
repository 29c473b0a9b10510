"""Facts about people, sign-in and roles. Addresses and names enter only as digests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonEvent(DomainEvent):
    """Something happened to a person's account."""

    subject_kind: ClassVar[str] = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRegistered(PersonEvent):
    """Somebody asked for an account; the mail carries the link that confirms the address."""

    kind: ClassVar[str] = "person.registered"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredAgain(PersonEvent):
    """Somebody asked for an account that exists; the mail says so to its owner."""

    kind: ClassVar[str] = "person.registered_again"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailConfirmed(PersonEvent):
    """The address is the person's."""

    kind: ClassVar[str] = "person.email_confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn(PersonEvent):
    """A sign-in began."""

    kind: ClassVar[str] = "person.signed_in"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOut(PersonEvent):
    """The person ended a sign-in."""

    kind: ClassVar[str] = "person.signed_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInPaused(PersonEvent):
    """Too many wrong passwords in a row; the mail warns the owner."""

    kind: ClassVar[str] = "person.sign_in_paused"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordResetRequested(PersonEvent):
    """The mail carries the link that sets a new password."""

    kind: ClassVar[str] = "password.reset_requested"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChanged(PersonEvent):
    """A new password is in force and other sign-ins ended; the mail tells the owner."""

    kind: ClassVar[str] = "password.changed"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorEnrolled(PersonEvent):
    """A second step is in force; the mail tells the owner."""

    kind: ClassVar[str] = "second_factor.enrolled"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorRemoved(PersonEvent):
    """The second step ended; the mail tells the owner."""

    kind: ClassVar[str] = "second_factor.removed"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryCodesMade(PersonEvent):
    """New recovery codes work, earlier ones do not; the mail tells the owner."""

    kind: ClassVar[str] = "recovery_code.made"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryCodeUsed(PersonEvent):
    """A recovery code stood in for the device; the mail tells the owner."""

    kind: ClassVar[str] = "recovery_code.used"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondStepConfirmed(PersonEvent):
    """A code was right: the person has the device, or a recovery code."""

    kind: ClassVar[str] = "second_step.confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondStepFailed(PersonEvent):
    """A code was wrong."""

    kind: ClassVar[str] = "second_step.failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondStepPaused(PersonEvent):
    """Too many wrong codes in a row: whoever typed them knows the password, so the mail warns the owner."""

    kind: ClassVar[str] = "second_step.paused"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonUpdated(PersonEvent):
    """Name, language or zone changed."""

    kind: ClassVar[str] = "person.updated"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDeactivated(PersonEvent):
    """The person can no longer sign in; sign-ins and tokens ended."""

    kind: ClassVar[str] = "person.deactivated"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonReactivated(PersonEvent):
    """The person can sign in again."""

    kind: ClassVar[str] = "person.reactivated"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountErased(PersonEvent):
    """Name, address, password, second step, sign-ins, tokens and roles are gone; the number stays."""

    kind: ClassVar[str] = "person.erased"


@dataclass(frozen=True, slots=True, kw_only=True)
class NameReleased(PersonEvent):
    """No signed act needs the name of an erased person any longer: it is gone too."""

    kind: ClassVar[str] = "person.name_released"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleAssigned(PersonEvent):
    """The person holds a role in a scope from now on."""

    kind: ClassVar[str] = "role.assigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRevoked(PersonEvent):
    """The person no longer holds a role in a scope."""

    kind: ClassVar[str] = "role.revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiTokenCreated(PersonEvent):
    """A program may act for the person."""

    kind: ClassVar[str] = "api_token.created"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiTokenRevoked(PersonEvent):
    """The program may no longer act for the person."""

    kind: ClassVar[str] = "api_token.revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationEvent(DomainEvent):
    """Something happened to an invitation."""

    subject_kind: ClassVar[str] = "invitation"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationMade(InvitationEvent):
    """A role was offered; the mail carries the link."""

    kind: ClassVar[str] = "invitation.made"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationAccepted(InvitationEvent):
    """The role was taken on."""

    kind: ClassVar[str] = "invitation.accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationWithdrawn(InvitationEvent):
    """The offer stands no longer."""

    kind: ClassVar[str] = "invitation.withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegationEvent(DomainEvent):
    """Something happened to a delegation of tasks; both people are named in the facts."""

    subject_kind: ClassVar[str] = "delegation"


@dataclass(frozen=True, slots=True, kw_only=True)
class TasksDelegated(DelegationEvent):
    """A colleague acts for somebody for a time; both are told by mail."""

    kind: ClassVar[str] = "delegation.made"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegationTakenUp(DelegationEvent):
    """The delegate began to act for the other."""

    kind: ClassVar[str] = "delegation.taken_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegationEnded(DelegationEvent):
    """It ended before its time; both are told by mail."""

    kind: ClassVar[str] = "delegation.ended"
    delivers: ClassVar[bool] = True
