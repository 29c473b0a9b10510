"""Settings: the environment as one typed object; nobody else reads os.environ."""

from __future__ import annotations

import os
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Mode(StrEnum):
    """What this installation is for."""

    PRODUCTION = "production"
    DEMO = "demo"
    REHEARSAL = "rehearsal"


def default_data_dir() -> Path:
    """Where all state lies: as root outside any home, since the database runs as ``nobody``."""
    if os.geteuid() == 0:
        return Path("/var/lib/grappe")
    return Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share")) / "grappe"


class Settings(BaseSettings):
    """Every knob of an installation; the README's configuration table is made from it."""

    model_config = SettingsConfigDict(env_prefix="GRAPPE_", env_file=None, frozen=True)

    mode: Mode = Field(Mode.PRODUCTION, description="production, demo or rehearsal")
    data_dir: Path = Field(default_factory=default_data_dir, description="folder of all state")
    database_url: str = Field("", description="PostgreSQL URL; empty: the embedded server is started")
    base_url: str = Field("http://127.0.0.1:8000", description="public address, for links in mails and documents")
    secret_key: SecretStr = Field(
        SecretStr(""),
        description="signs links, encrypts the keys of devices for the second step; empty: one is made in the data folder",
    )
    threads: int = Field(16, ge=2, le=200, description="requests handled at once; also the database pool size")
    worker: bool | None = Field(None, description="run jobs inside `serve`; default: only with the embedded server")
    stalled_after_seconds: float = Field(
        30, ge=1, le=3600, description="a job whose worker is silent this long is given to another"
    )
    smtp_host: str = Field("", description="mail server; empty: mail waits in the queue")
    smtp_port: int = Field(25, ge=1, le=65535, description="port of the mail server")
    smtp_user: str = Field("", description="sign-in at the mail server, if it wants one")
    smtp_password: SecretStr = Field(SecretStr(""), description="password at the mail server")
    smtp_starttls: bool = Field(False, description="encrypt the connection to the mail server")
    mail_from: str = Field("Grappe <no-reply@grappe.example>", description="sender of all mail")
    contact_email: str = Field("", description="whom people ask about accessibility and data protection")
    seal_dir: Path | None = Field(None, description="folder with the key and certificates of the seal")
    session_hours: int = Field(12, ge=1, le=72, description="a sign-in ends after this many hours at the latest")
    idle_minutes: int = Field(60, ge=5, le=720, description="a sign-in ends after this long without a request")
    upload_max_bytes: int = Field(10_000_000, ge=100_000, description="largest file a person may upload")
    payer_name: str = Field("", description="name of the account from which the body pays")
    payer_iban: str = Field("", description="its IBAN; empty: no file for the bank can be made")
    payer_bic: str = Field("", description="its BIC")
    trusted_proxy: bool = Field(False, description="take the client's address from X-Forwarded-For")
    now: datetime | None = Field(None, description="start the clock at this instant (demo and rehearsal only)")
    log_json: bool = Field(False, description="log lines as JSON")

    @model_validator(mode="after")
    def _clock_only_in_rehearsal(self) -> Settings:
        if self.now is not None:
            if self.mode is Mode.PRODUCTION:
                raise ValueError("the clock can only be moved in demo and rehearsal mode")
            if self.now.tzinfo is None:
                raise ValueError("the instant needs a zone, for example 2019-04-04T16:59:00+02:00")
        return self

    @property
    def secure(self) -> bool:
        """Whether cookies may travel only over TLS."""
        return self.base_url.startswith("https://")


@cache
def load_settings() -> Settings:
    """The settings of this process."""
    return Settings()
