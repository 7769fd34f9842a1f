"""What an operator can set, read once from the environment.

Every setting is described in docs/guide/settings.md.
"""

import os
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Mode(StrEnum):
    """Whether this installation may hold made-up clients and a movable clock."""

    SANDBOX = "sandbox"
    PRODUCTION = "production"


class Settings(BaseSettings):
    """The settings of one process. Names are the environment's names without `RESKONTRO_`."""

    model_config = SettingsConfigDict(env_prefix="RESKONTRO_", env_ignore_empty=True, extra="ignore")

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=1, le=65535)
    data: Path = Path("./var")
    mode: Mode = Mode.SANDBOX
    web_workers: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1, le=64)
    public_base_url: str | None = None
    database_url: str | None = Field(default=None, validation_alias="DATABASE_URL")
    owner_database_url: str | None = None
    test_database_url: str | None = None
    database_connections: int = Field(default=16, ge=2, le=200)
    field_key: str | None = None
    seal_key: str | None = None
    files_url: str | None = None
    trusted_proxies: str = ""
    log_level: str = "info"

    @property
    def base_url(self) -> str:
        """The public base URL, without a slash at its end."""
        if self.public_base_url:
            return self.public_base_url.rstrip("/")
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def data_folder(self) -> Path:
        """The data folder as an absolute path."""
        return self.data.expanduser().resolve()


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process."""
    return Settings()
