"""Runtime: the adapters of one process, built once from the settings."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.infra.clock import Clock
from app.infra.db.embedded import start as start_embedded
from app.infra.db.engine import Database
from app.infra.file_store import FileStore
from app.infra.rate_limit import RateLimiter
from app.infra.tokens import TokenSigner
from app.infra.vault import Vault

if TYPE_CHECKING:
    from app.infra.db.embedded import EmbeddedServer
    from app.infra.render_pool import RenderPool
    from app.settings import Settings


@dataclass(slots=True)
class Runtime:
    """Everything that reaches out of the process."""

    settings: Settings
    database: Database
    clock: Clock
    files: FileStore
    signer: TokenSigner
    vault: Vault
    limiter: RateLimiter
    embedded: EmbeddedServer | None = None
    renderers: RenderPool | None = None
    """Processes that lay out documents; without them it is done in the calling thread."""

    @property
    def seal_dir(self) -> Path:
        """Folder with the key and certificates of the seal."""
        return self.settings.seal_dir or self.settings.data_dir / "seal"

    @property
    def mailbox_dir(self) -> Path:
        """Folder of the demo mailbox."""
        return self.settings.data_dir / "mailbox"

    def measure_clock(self) -> None:
        """Take over the database's time; called at start and every minute."""
        self.clock.note_database_time(*self.database.read_clock())

    def close(self) -> None:
        """Give everything back: who uses the database first, the database last."""
        if self.renderers is not None:
            self.renderers.close()
        self.database.close()
        if self.embedded is not None:
            self.embedded.stop()


def build_runtime(settings: Settings) -> Runtime:
    """Connect to the configured database, or start the embedded one."""
    make_data_dir(settings.data_dir)
    url, embedded = settings.database_url, None
    if not url:
        embedded = start_embedded(settings.data_dir / "postgres")
        url = embedded.url
    key = _secret_key(settings)
    return Runtime(
        settings=settings,
        database=Database(url, pool_size=settings.threads),
        clock=Clock(start_at=settings.now),
        files=FileStore(settings.data_dir / "files"),
        signer=TokenSigner(key),
        vault=Vault(key),
        limiter=RateLimiter(),
        embedded=embedded,
    )


def make_data_dir(folder: Path) -> None:
    """Make the folder of all state; as root it must let the database's user through, and nobody read it."""
    if not folder.exists():
        folder.mkdir(parents=True)
        folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    for inner in ("files", "mailbox", "seal"):
        private = folder / inner
        private.mkdir(exist_ok=True)
        private.chmod(0o700)


def _secret_key(settings: Settings) -> str:
    """The configured key, or one made once and kept beside the data."""
    if configured := settings.secret_key.get_secret_value():
        return configured
    path = settings.data_dir / "secret.key"
    if not path.exists():
        fresh = path.with_suffix(f".{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        with suppress(FileExistsError):  # another process was first: then its key is the key
            path.hardlink_to(fresh)
        fresh.unlink()
    return path.read_text()
