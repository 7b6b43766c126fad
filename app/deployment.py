"""How this process reaches its database: one that settings name, or the embedded one that it starts."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from fastapi import FastAPI
from pydantic import SecretStr

from app import auth, embedded
from app.bootstrap import Urls
from app.config import Settings
from app.db import Database
from app.main import create_app


class SettingMissing(Exception):
    """A setting without which there is nothing to connect to; the message names it."""


@dataclass(frozen=True)
class Deployment:
    """The settings in force, the three roles' ways into the database, and where state lies (embedded only)."""

    settings: Settings
    urls: Urls
    state_dir: Path | None = None

    def database(self) -> Database:
        """Pools for this process, not yet open."""
        return Database(self.settings, self.urls.application, self.urls.reader)

    def maintenance(self) -> Database:
        """Pools of the role that owns the tables, for what the service itself may not do; not yet open."""
        if not self.urls.migrator:
            raise SettingMissing("set DANGBO_MIGRATOR_URL to maintain the register")
        return Database(self.settings, self.urls.migrator, self.urls.reader)

    def app(self) -> FastAPI:
        """The service over this database."""
        return create_app(self.settings, self.database(), self.state_dir)

    def development_token(self, subject: str, lifetime: timedelta) -> str:
        """A token of this machine's own issuer, which only the embedded database's service trusts."""
        if self.state_dir is None:
            raise SettingMissing("the development issuer goes with the embedded database only")
        keys = auth.DevelopmentKeys(self.state_dir / auth.DEVELOPMENT_KEY_FILE)
        return keys.sign(subject, self.settings.oidc_audience, subject, lifetime)


def named(settings: Settings) -> Deployment:
    """The database that `DANGBO_APPLICATION_URL`, `DANGBO_READER_URL` and, to migrate, `DANGBO_MIGRATOR_URL` name."""
    urls = [settings.migrator_url, settings.application_url, settings.reader_url]
    if settings.application_url is None or settings.reader_url is None:
        raise SettingMissing("set DANGBO_APPLICATION_URL and DANGBO_READER_URL, or use the embedded database")
    return Deployment(
        settings.model_copy(update={"development_issuer": False}),
        Urls(*(url.get_secret_value() if url else "" for url in urls)),
    )


@contextmanager
def own(settings: Settings) -> Iterator[Deployment]:
    """The embedded database, started for as long as the block lasts; its development issuer is trusted."""
    state_dir = settings.state_dir or embedded.default_state_directory()
    with embedded.running(state_dir, binaries=settings.postgres_binaries) as server:
        local = settings.model_copy(
            update={
                "development_issuer": True,
                "secret_key": settings.secret_key or SecretStr(_kept_secret(state_dir / "secret-key")),
            }
        )
        yield Deployment(local, server.urls(), state_dir)


@contextmanager
def any_database(settings: Settings) -> Iterator[Deployment]:
    """The named database where settings name one, else the embedded one."""
    if settings.application_url is not None:
        yield named(settings)
    else:
        with own(settings) as deployment:
            yield deployment


def _kept_secret(path: Path) -> str:
    """A secret made once and kept beside the data, so that cursors outlive a restart."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32))
    return path.read_text()
