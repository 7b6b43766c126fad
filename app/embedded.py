"""A PostgreSQL of our own: found, made, started and stopped by the command line, never by the service.

Everything lies in one state directory, closed to other users: the data, the log, the passwords, the locks.
The server listens on the loopback address alone and asks every role for its password (SCRAM).

Two locks, both dropped by the operating system when their holder dies, carry the recovery from any kill.
Whoever starts or stops the server holds the directory meanwhile. Whoever started it holds `credentials.json`
for as long as it lives, and stops the server at its end. Whoever finds the server running under a living
owner uses it and leaves it running; whoever finds it running without an owner adopts it.
"""

import asyncio
import fcntl
import json
import os
import secrets
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path

import asyncpg

from app import bootstrap
from app.postgres_binaries import Account, Binaries, PostgresError, find_binaries, reachable

SUPERUSER = "postgres"
HOST = "127.0.0.1"
CREDENTIALS = "credentials.json"

START_SECONDS = 300
"""How long a server may take to start: after a crash it replays its log first."""
START_ATTEMPTS = 20
"""A killed server's children may hold its memory for some seconds; each attempt waits half a second."""

SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "timezone": "UTC",
    # Statements and details of errors hold personal data; the log must not.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
FORGETFUL = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


def default_state_directory() -> Path:
    """Where the embedded server lives when no setting names a place."""
    if os.geteuid() == 0:
        return Path("/var/lib/dangbo")
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "dangbo"


class Server:
    """One PostgreSQL server in one state directory.

    `binaries` names a directory with `postgres`, `initdb` and `pg_ctl`; without it they are searched for.
    `durable=False` trades safety against power loss for speed and is meant for tests alone.
    """

    def __init__(self, state_directory: Path, *, binaries: Path | None = None, durable: bool = True) -> None:
        self.state_directory = state_directory.absolute()
        self._wanted_binaries = binaries
        self._durable = durable
        self._ownership = ExitStack()
        self._owner = False

    def start(self) -> "Server":
        """Make what is missing, start the server unless it runs, and bootstrap roles and database.

        Not to be called inside a running event loop. Raises `PostgresError` with a reason to act on.
        """
        _make_state_directory(self.state_directory, self._account)
        with _locked(self.state_directory):
            self._make_credentials()
            self._become_owner()
            try:
                self._initialize()
                self._binaries.require_version_of(self._data)
                self._launch()
                asyncio.run(bootstrap.bootstrap(self.admin_dsn(), self.passwords))
            except BaseException:
                self._end()
                raise
        return self

    def stop(self) -> None:
        """Stop the server if this process started or adopted it; leave it to its owner otherwise."""
        if self._owner:
            with _locked(self.state_directory):
                self._end()

    def dsn(self, user: str, password: str, database: str) -> str:
        """The connection string for a login at this server."""
        port = self._recorded_port()
        if port is None:
            raise PostgresError(f"no server runs in {self.state_directory}")
        return bootstrap.with_login(f"postgresql://{HOST}:{port}", user, password, database)

    def admin_dsn(self, database: str = SUPERUSER) -> str:
        """The superuser's connection string: for the bootstrap and for tests, never for serving."""
        return self.dsn(SUPERUSER, self._credentials[SUPERUSER], database)

    def urls(self, database: str = bootstrap.DATABASE) -> bootstrap.Urls:
        """The three roles' connection strings."""
        return bootstrap.role_urls(self.admin_dsn(), self.passwords, database)

    @property
    def passwords(self) -> dict[str, str]:
        """The passwords of the three roles, for further databases on this server."""
        return {role: self._credentials[role] for role in bootstrap.ROLES}

    @property
    def _data(self) -> Path:
        return self.state_directory / "data"

    @cached_property
    def _account(self) -> Account:
        return Account.of(self.state_directory)

    @cached_property
    def _binaries(self) -> Binaries:
        return reachable(find_binaries(self._wanted_binaries), self._account, self.state_directory)

    @property
    def _credentials_file(self) -> Path:
        return self.state_directory / CREDENTIALS

    @cached_property
    def _credentials(self) -> dict[str, str]:
        passwords: dict[str, str] = json.loads(self._credentials_file.read_text())
        return passwords

    def _make_credentials(self) -> None:
        """Made before the data they open, so that no crash can leave data without them."""
        if not self._credentials_file.exists():
            fresh = {role: secrets.token_urlsafe(32) for role in (SUPERUSER, *bootstrap.ROLES)}
            _write_private(self._credentials_file, json.dumps(fresh, indent=2), self._account)

    def _become_owner(self) -> None:
        if not self._owner:
            self._owner = self._ownership.enter_context(_locked(self._credentials_file, wait=False))
            if not self._owner:
                self._ownership.close()

    def _end(self) -> None:
        """Stop the server and give up its ownership; a reuser has nothing to end."""
        if not self._owner:
            return
        try:
            if self._recorded_port() is not None:
                self._account.run(
                    self._binaries.program("pg_ctl"), "-D", str(self._data), "-m", "fast", "-w", "stop"
                )
        finally:
            self._owner = False
            self._ownership.close()

    def _initialize(self) -> None:
        """Make the data directory under another name and rename it when it is whole."""
        for leftover in self.state_directory.glob("unfinished-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        if self._data.exists():
            return
        unfinished = self.state_directory / f"unfinished-{secrets.token_hex(4)}"
        unfinished.mkdir(mode=0o700)
        self._account.give(unfinished)
        password_file = unfinished / "superuser.password"
        _write_private(password_file, self._credentials[SUPERUSER], self._account)
        result = self._account.run(
            self._binaries.program("initdb"),
            *("-D", str(unfinished / "data"), "-U", SUPERUSER, "-E", "UTF8", "--locale=C.UTF-8"),
            *("-A", "scram-sha-256", f"--pwfile={password_file}", "--data-checksums"),
            *(() if self._durable else ("--no-sync",)),
        )
        if result.returncode != 0:
            raise PostgresError(f"initdb failed: {result.stderr.strip() or result.stdout.strip()}")
        (unfinished / "data").rename(self._data)
        shutil.rmtree(unfinished)

    def _launch(self) -> None:
        """Start the server unless it answers already, waiting out whatever a kill has left behind."""
        for _ in range(START_ATTEMPTS):
            if self._answers():
                return
            self._forget_dead_server()
            port = self._free_port()
            settings = {**SETTINGS, **({} if self._durable else FORGETFUL), "port": str(port)}
            options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
            result = self._account.run(
                self._binaries.program("pg_ctl"),
                *("-D", str(self._data), "-l", str(self._log), "-o", options),
                *("-w", "-t", str(START_SECONDS), "start"),
            )
            if result.returncode == 0:
                _write_private(self.state_directory / "port", str(port), self._account)
                return
            time.sleep(0.5)
        raise PostgresError("the server does not start; the end of its log:\n" + self._end_of_log())

    @property
    def _log(self) -> Path:
        return self.state_directory / "postgres.log"

    def _end_of_log(self) -> str:
        lines = self._log.read_text(errors="replace").splitlines() if self._log.exists() else []
        return "\n".join(lines[-5:])

    def _postmaster(self) -> list[str]:
        """The lines of the server's own record: process id first, port fourth. Empty when none runs."""
        try:
            return (self._data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _recorded_port(self) -> int | None:
        lines = self._postmaster()
        return int(lines[3]) if len(lines) > 3 else None

    def _answers(self) -> bool:
        """Whether the server that answers at the recorded port is the one of this directory."""
        if self._recorded_port() is None:
            return False
        data = asyncio.run(_data_directory(self.admin_dsn()))
        return data is not None and data.samefile(self._data)

    def _forget_dead_server(self) -> None:
        """Drop the record of a killed server whose process id now belongs to some other program.

        PostgreSQL sees by itself that a process is gone, but not that its number was given out again.
        """
        lines = self._postmaster()
        if lines and not _is_postgres(int(lines[0])):
            (self._data / "postmaster.pid").unlink()

    def _free_port(self) -> int:
        """The port of last time, or another one if somebody else has taken it."""
        remembered = self.state_directory / "port"
        if remembered.exists() and _is_free(port := int(remembered.read_text())):
            return port
        with socket.create_server((HOST, 0)) as probe:
            return int(probe.getsockname()[1])


@contextmanager
def running(state_directory: Path, *, binaries: Path | None = None, durable: bool = True) -> Iterator[Server]:
    """A started server, stopped at the end if this process is the one that started it."""
    server = Server(state_directory, binaries=binaries, durable=durable).start()
    try:
        yield server
    finally:
        server.stop()


def _make_state_directory(path: Path, account: Account) -> None:
    """Make the directory, or take over an empty one; parents and directories in other use are left alone."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=0o700, exist_ok=True)
        entries = [entry.name for entry in path.iterdir()]
        if (path / CREDENTIALS).exists():
            return
        if not all(name.startswith(f".{CREDENTIALS}") for name in entries):
            raise PostgresError(
                f"{path} holds other things, or its {CREDENTIALS} is lost; "
                "name an empty directory in DANGBO_STATE_DIR"
            )
        path.chmod(0o700)
        account.give(path)
    except OSError as error:
        raise PostgresError(f"{path} cannot be used: {error.strerror}; set DANGBO_STATE_DIR") from error
    if not account.can_enter(path):
        raise PostgresError(
            f"the user {account.name}, who runs the server, cannot enter {path}; "
            "name a directory outside private ones in DANGBO_STATE_DIR"
        )


@contextmanager
def _locked(path: Path, *, wait: bool = True) -> Iterator[bool]:
    """Hold the lock of a file or directory; yields whether it was had."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        yield _lock(descriptor, wait)
    finally:
        os.close(descriptor)


def _lock(descriptor: int, wait: bool) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True


def _write_private(path: Path, text: str, account: Account) -> None:
    """Write a file that only the server's account can read, whole or not at all."""
    unfinished = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    account.give(descriptor)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    unfinished.rename(path)


def _is_free(port: int) -> bool:
    try:
        with socket.create_server((HOST, port)):
            return True
    except OSError:
        return False


def _is_postgres(process_id: int) -> bool:
    """Whether the process lives and is a PostgreSQL server; without /proc, PostgreSQL decides for itself."""
    try:
        return Path(f"/proc/{process_id}/comm").read_text().strip() == "postgres"
    except FileNotFoundError:
        return not Path("/proc/self").exists()


async def _data_directory(dsn: str) -> Path | None:
    """What the server behind a superuser's connection string serves; nothing when it does not let us in."""
    try:
        connection = await asyncpg.connect(dsn, timeout=bootstrap.CONNECT_SECONDS)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return None
    try:
        return Path(await connection.fetchval("SHOW data_directory"))
    finally:
        await connection.close()
