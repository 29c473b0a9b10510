"""Who the token speaks for."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from app.accounts.queries import has_second_factor, person_details
from app.api.requests import Request_
from app.core.actor import Role, ScopeKind
from app.core.errors import SignInRequiredError
from app.delivery.guards import signed_in
from app.delivery.unit_of_work import READ, Work, run

router = APIRouter(tags=["account"])


class HeldRole(BaseModel):
    """A role in a scope."""

    role: Role
    scope: ScopeKind
    scope_id: UUID | None = Field(None, description="Null for the whole platform")


class Me(BaseModel):
    """The person behind the token."""

    id: UUID
    name: str
    email: str
    language: str
    zone: str
    roles: list[HeldRole]
    token_scopes: list[str]
    second_step: bool = Field(description="Whether the person has a device for codes in the header Second-Step")


@router.get("/me")
def me(incoming: Request_) -> Me:
    """The person behind the token, with every role and what the token may do."""

    def answer(work: Work) -> Me:
        actor = work.actor
        found = person_details(work.session, actor.person_id) if actor.person_id else None
        if found is None:
            raise SignInRequiredError
        return Me(
            id=found.id,
            name=found.name,
            email=found.email,
            language=found.language,
            zone=found.zone,
            roles=[HeldRole(role=a.role, scope=a.scope, scope_id=a.scope_id) for a in actor.assignments],
            token_scopes=sorted(actor.token_scopes or ()),
            second_step=has_second_factor(work.session, found.id),
        )

    return run(incoming, READ, signed_in, answer)
