"""Settings: read once from the environment (`DANGBO_…`, besides `PORT` and `DATABASE_URL`)."""

from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError


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
    time_zone: ZoneInfo = ZoneInfo("Asia/Ho_Chi_Minh")
    cors_origins: list[str] = []
    body_limit: int = Field(default=1024 * 1024, ge=1024)
    import_limit: int = Field(default=256 * 1024 * 1024, ge=1024)
    lock_timeout_ms: int = Field(default=3000, ge=10, le=60_000)
    pool_wait_ms: int = Field(default=2000, ge=10, le=60_000)


class SettingRefused(Exception):
    """Settings that cannot be; the message names each variable and what is wrong with it."""


@cache
def settings() -> Settings:
    """Those of the environment. Raises `SettingRefused`."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingRefused(
            "; ".join(_refusal(one["loc"][0], one["msg"]) for one in error.errors())
        ) from None
    except SettingsError as error:
        raise SettingRefused(str(error)) from None


def _refusal(field: int | str, message: str) -> str:
    own = Settings.model_fields.get(str(field))
    variable = field if own is None else f"{Settings.model_config['env_prefix']}{field}".upper()
    return f"{variable}: {message}"
