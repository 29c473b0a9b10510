"""What accounts, roles and mails hold of a person."""

from __future__ import annotations

import sqlalchemy as sa

from app.accounts.models import (
    ApiToken,
    Delegation,
    Invitation,
    Person,
    RecoveryCode,
    RoleAssignment,
    SecondFactor,
    SignInSession,
)
from app.applications.models import Application
from app.core.actor import ScopeKind
from app.data_protection.queries.holdings import ANSWERED, EMAIL, MESSAGE, PERSON, Holding
from app.organisations.models import Organisation
from app.partnerships.models import Partner

_OF_APPLICATION = RoleAssignment.__table__.join(Application.__table__, Application.id == RoleAssignment.scope_id)
_OF_ORGANISATION = RoleAssignment.__table__.join(Organisation.__table__, Organisation.id == RoleAssignment.scope_id)
_HELD_HERE = RoleAssignment.person_id == PERSON

ACCOUNT: tuple[Holding, ...] = (
    Holding(
        "account",
        "Account",
        (
            ("name", "Name", Person.name),
            ("email", "E-mail address", Person.email),
            ("language", "Language", Person.language),
            ("zone", "Time zone", Person.zone),
            ("registered_at", "Registered", Person.created_at),
            ("email_confirmed_at", "Address confirmed", Person.email_confirmed_at),
        ),
        Person,
        Person.id == PERSON,
        goes=True,
        why="Name, address, password, language and time zone are erased. A number stays.",
        tables=("person", "kept_name"),
    ),
    Holding(
        "sign_ins",
        "Sign-ins that last",
        (
            ("began_at", "Began", SignInSession.created_at),
            ("last_seen_at", "Last seen", SignInSession.last_seen_at),
            ("ends_at", "Ends at the latest", SignInSession.ends_at),
        ),
        SignInSession,
        SignInSession.person_id == PERSON,
        goes=True,
        why="All of them end.",
        tables=("sign_in_session",),
    ),
    Holding(
        "second_step",
        "Second step",
        (
            ("set_up_at", "Set up", SecondFactor.created_at),
            ("confirmed_at", "In force since", SecondFactor.confirmed_at),
            (
                "recovery_codes",
                "Recovery codes",
                sa.select(sa.func.count()).where(RecoveryCode.person_id == SecondFactor.person_id).scalar_subquery(),
            ),
        ),
        SecondFactor,
        SecondFactor.person_id == PERSON,
        goes=True,
        why="Secret and recovery codes are deleted.",
        tables=("second_factor", "recovery_code"),
    ),
    Holding(
        "api_tokens",
        "API tokens",
        (
            ("name", "Name", ApiToken.name),
            ("scopes", "What the program may do", ApiToken.scopes),
            ("created_at", "Made", ApiToken.created_at),
            ("expires_at", "Ends", ApiToken.expires_at),
        ),
        ApiToken,
        ApiToken.person_id == PERSON,
        goes=True,
        why="All of them end and are deleted.",
        tables=("api_token",),
    ),
    Holding(
        "organisations",
        "Roles for organisations",
        (
            ("organisation", "Organisation", Organisation.legal_name),
            ("role", "Role", RoleAssignment.role),
            ("since", "Since", RoleAssignment.granted_at),
        ),
        _OF_ORGANISATION,
        _HELD_HERE & (RoleAssignment.scope == ScopeKind.ORGANISATION),
        goes=True,
        why="The roles end. The organisation stays.",
        tables=("role_assignment",),
    ),
    Holding(
        "applications",
        "Applications",
        (
            ("reference", "Reference", Application.reference),
            ("acronym", "Acronym", Application.acronym),
            ("role", "Role", RoleAssignment.role),
            ("since", "Since", RoleAssignment.granted_at),
            ("state", "State", Application.state),
        ),
        _OF_APPLICATION,
        _HELD_HERE & (RoleAssignment.scope == ScopeKind.APPLICATION),
        goes=True,
        why="The roles end. The application belongs to its consortium and stays.",
        tables=("role_assignment",),
    ),
    Holding(
        "other_roles",
        "Other roles",
        (
            ("role", "Role", RoleAssignment.role),
            ("scope", "Where", RoleAssignment.scope),
            ("since", "Since", RoleAssignment.granted_at),
        ),
        RoleAssignment,
        _HELD_HERE & RoleAssignment.scope.not_in((ScopeKind.ORGANISATION, ScopeKind.APPLICATION)),
        goes=True,
        why="The roles end.",
        tables=("role_assignment",),
    ),
    Holding(
        "invitations",
        "Invitations to roles",
        (
            ("role", "Role", Invitation.role),
            ("sent_at", "Sent", Invitation.invited_at),
            ("ends_at", "Ends", Invitation.expires_at),
        ),
        Invitation,
        Invitation.email == EMAIL,
        goes=True,
        why="The address is erased; open invitations are withdrawn.",
        tables=("invitation",),
    ),
    Holding(
        "partner_invitations",
        "Invitations to take part in applications",
        (
            ("reference", "Application", Application.reference),
            ("sent_at", "Sent", Partner.invited_at),
            ("message", "Message", Partner.message),
        ),
        Partner.__table__.join(Application.__table__, Application.id == Partner.partnership_id),
        Partner.invited_email == EMAIL,
        goes=True,
        why="Address and message are erased.",
        tables=("partner",),
    ),
    Holding(
        "delegations",
        "Tasks handed over or taken on",
        (
            ("starts_at", "From", Delegation.starts_at),
            ("ends_at", "Until", Delegation.ends_at),
            ("reason", "Reason", Delegation.reason),
            ("ended_at", "Ended", Delegation.ended_at),
        ),
        Delegation,
        (Delegation.person_id == PERSON) | (Delegation.delegate_id == PERSON),
        goes=True,
        why="They end and the reason is erased; who acted for whom, and when, stays under numbers.",
        tables=("delegation",),
    ),
    Holding(
        "messages",
        "E-mails",
        (
            ("written_at", "Written", MESSAGE.c.created_at),
            ("subject", "Subject", MESSAGE.c.subject),
            ("state", "State", MESSAGE.c.state),
            ("sent_at", "Sent", MESSAGE.c.sent_at),
        ),
        MESSAGE,
        (MESSAGE.c.person_id == PERSON) | (MESSAGE.c.address == EMAIL),
        goes=True,
        why="Address, subject and text are erased; what was not sent yet is not sent.",
        tables=("message",),
    ),
    Holding(
        "answers",
        "Answers kept for forms sent twice",
        (("answered_at", "Answered", ANSWERED.c.answered_at), ("path", "Address", ANSWERED.c.path)),
        ANSWERED,
        ANSWERED.c.person_id == PERSON,
        goes=True,
        why="They are deleted.",
        tables=("answered_request",),
    ),
)
