"""Settings: read once from the environment (`DANGBO_…`, besides `PORT` and `DATABASE_URL`)."""

from functools import cache
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Everything that differs between deployments. Nothing here is a rule of the Party: those are policies."""

    model_config = SettingsConfigDict(
        env_prefix="DANGBO_", frozen=True, extra="ignore", populate_by_name=True
    )

    migrator_url: SecretStr | None = None
    application_url: SecretStr | None = None
    reader_url: SecretStr | None = None
    state_dir: Path | None = None
    """Where the embedded database lives; default: see `app.embedded.default_state_directory`."""
    postgres_binaries: Path | None = None
    """PostgreSQL's programs for the embedded database; default: those of the installed package."""
    port: int = Field(default=8000, ge=0, le=65535, validation_alias="PORT")
    database_url: SecretStr | None = Field(default=None, validation_alias="DATABASE_URL")
    """A superuser's way into a server of one's own: only for `bootstrap` and for tests."""

    oidc_issuer: str | None = None
    oidc_audience: str = "dangbo"
    oidc_jwks_url: str | None = None
    development_issuer: bool = False
    """Accept tokens of this machine's own issuer; only ever true with the embedded database."""

    secret_key: SecretStr | None = None
    """32 bytes, base64url: seals the cursors of lists, keys the hashes of questions in the record of reads. All
    workers of one service share it."""

    readers: int = Field(default=8, ge=1, le=200)
    writers: int = Field(default=8, ge=1, le=200)
    exporters: int = Field(default=2, ge=1, le=50)
    importers: int = Field(default=2, ge=1, le=10)
    """Files taken in at once; a further one is asked to come again."""
    time_zone: str = "Asia/Ho_Chi_Minh"
    cors_origins: list[str] = []
    body_limit: int = Field(default=1024 * 1024, ge=1024)
    import_limit: int = Field(default=256 * 1024 * 1024, ge=1024)
    lock_timeout_ms: int = Field(default=3000, ge=10, le=60_000)
    pool_wait_ms: int = Field(default=2000, ge=10, le=60_000)


@cache
def settings() -> Settings:
    return Settings()
