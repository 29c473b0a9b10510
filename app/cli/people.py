"""``grappe administrator``: how an empty installation gets its first person."""

from __future__ import annotations

from datetime import timedelta

import typer


def administrator(email: str) -> None:
    """Invite an administrator by e-mail and print the link, which may be handed over in person."""
    from app.accounts.rules.links import INVITATION
    from app.accounts.schemas import InvitePerson
    from app.accounts.use_cases.invite_person import invitation_token, invite_person
    from app.core.actor import SYSTEM, Role, ScopeKind
    from app.core.errors import DomainError
    from app.delivery.runtime import build_runtime
    from app.infra.links import link_to
    from app.settings import load_settings

    runtime = build_runtime(load_settings())
    try:
        now = runtime.clock.now()
        command = InvitePerson(email=email, role=Role.ADMINISTRATOR, scope=ScopeKind.PLATFORM)
        with runtime.database.transaction() as session:
            invitation_id = invite_person(session, SYSTEM, command, now=now)
        token = invitation_token(runtime.signer, invitation_id, expires_at=now + INVITATION.lasts)
        typer.echo(f"{runtime.settings.base_url}{link_to(f'invitation/{token}')}")
        typer.echo(f"The link works once, for {INVITATION.lasts // timedelta(days=1)} days.")
    except (DomainError, ValueError) as error:
        typer.secho(str(error), err=True, fg=typer.colors.RED)
        raise typer.Exit(2) from error
    finally:
        runtime.close()
