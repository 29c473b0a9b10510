"""The readings of accounts: who acts, people, invitations, what a sign-in is checked against."""

from app.accounts.queries.actors import (
    KnownActor,
    actor_of_person,
    actor_of_session,
    actor_of_token,
    names_of,
    names_under_acts,
)
from app.accounts.queries.credentials import credentials_of, credentials_of_email, live_tokens, person_for_update
from app.accounts.queries.delegations import (
    DelegationFilter,
    as_delegate,
    colleagues,
    delegation,
    delegation_for_update,
    delegations_of,
    delegations_page,
    taken_on,
)
from app.accounts.queries.invitations import (
    InvitationFilter,
    invitation,
    invitation_for_update,
    invitations_of_scope,
    invitations_page,
    open_invitation_id,
)
from app.accounts.queries.people import (
    PeopleFilter,
    administrators_for_update,
    assignment_for_update,
    members_of,
    people_page,
    person_details,
    roles_of,
)
from app.accounts.queries.second_factors import (
    code_of_demo,
    has_second_factor,
    second_factor_for_update,
    second_factor_of,
    secret_to_show,
)

__all__ = [
    "DelegationFilter",
    "InvitationFilter",
    "KnownActor",
    "PeopleFilter",
    "actor_of_person",
    "actor_of_session",
    "actor_of_token",
    "administrators_for_update",
    "as_delegate",
    "assignment_for_update",
    "code_of_demo",
    "colleagues",
    "credentials_of",
    "credentials_of_email",
    "delegation",
    "delegation_for_update",
    "delegations_of",
    "delegations_page",
    "has_second_factor",
    "invitation",
    "invitation_for_update",
    "invitations_of_scope",
    "invitations_page",
    "live_tokens",
    "members_of",
    "names_of",
    "names_under_acts",
    "open_invitation_id",
    "people_page",
    "person_details",
    "person_for_update",
    "roles_of",
    "second_factor_for_update",
    "second_factor_of",
    "secret_to_show",
    "taken_on",
]
