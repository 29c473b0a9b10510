"""Who seals on this installation, for what both doors and the jobs check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.infra.sealing import AuthorityUnusableError, load_authority

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime
    from app.infra.sealing import SealingAuthority


def usable_authority(runtime: Runtime) -> tuple[SealingAuthority | None, str]:
    """The authority, or None and why its folder cannot be used."""
    try:
        return load_authority(runtime.seal_dir), ""
    except AuthorityUnusableError as error:
        return None, str(error)
