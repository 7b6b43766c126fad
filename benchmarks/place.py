"""A place to measure in: an embedded server of its own (durable, as in use), a register, a service beside."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import httpx

from app import auth, embedded, migrations
from app.bootstrap import Urls
from app.config import Settings
from app.db import Database
from app.domain.access import Role, actor_of
from app.domain.hierarchy import OrganizationType
from app.services import register, trial
from app.services.history import Cause

ROOT = Path(__file__).parents[1]
BEGAN = date(2020, 8, 1)
FOUNDER = actor_of(auth.DEVELOPMENT_ISSUER, "founder")
SUBJECT = "bench"


@dataclass(frozen=True)
class Place:
    """Where the service under measure answers, and how to reach its database."""

    url: str
    token: str
    urls: Urls
    admin_dsn: str
    service: subprocess.Popen[bytes]
    folder: Path

    def client(self) -> httpx.Client:
        """A signed-in HTTP client."""
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {self.token}"}, timeout=600)

    def memory_mib(self) -> float:
        """Resident memory of the service now."""
        for line in Path(f"/proc/{self.service.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise RuntimeError("the service has ended")


@contextmanager
def place(folder: Path) -> Iterator[Place]:
    """A fresh register with its root, served by one worker in a process of its own."""
    with embedded.running(folder) as server:
        urls = server.urls()
        migrations.migrate(urls.migrator)
        asyncio.run(_open(urls))
        keys = auth.DevelopmentKeys(folder / auth.DEVELOPMENT_KEY_FILE)
        token = keys.sign(SUBJECT, "dangbo", None, timedelta(hours=6))
        with served("benchmarks.service:app", urls, folder) as (url, process):
            yield Place(url, token, urls, server.admin_dsn(urls.database), process, folder)


async def _open(urls: Urls) -> None:
    database = Database(Settings(), urls.application, urls.reader)
    await database.open()
    root = register.Root(
        OrganizationType.PROVINCIAL, "Đảng bộ tỉnh", "Province", "00", "bench", "root", BEGAN, BEGAN
    )
    holder = actor_of(auth.DEVELOPMENT_ISSUER, SUBJECT)
    cause = Cause(FOUNDER, BEGAN)
    async with database.writing() as unit:
        await register.open_register(await unit.begin(), cause, root)
    async with database.writing() as unit:
        await trial.let_try(await unit.begin(), cause, holder, Role.PROVINCIAL_ORGANIZING_BOARD, None)
    await database.close()


@contextmanager
def served(target: str, urls: Urls, folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """An ASGI application under uvicorn on a free loopback port, one worker, no access log."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "DANGBO_APPLICATION_URL": urls.application,
        "DANGBO_READER_URL": urls.reader,
        "DANGBO_STATE_DIR": str(folder),
        "DANGBO_DEVELOPMENT_ISSUER": "true",
        "DANGBO_SECRET_KEY": "bench",
    }
    arguments = [target, "--factory", "--port", str(port), "--no-access-log", "--log-level", "warning"]
    arguments += ["--no-proxy-headers", "--no-server-header"]
    with (folder / "service.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", *arguments], env=environment, cwd=ROOT, stdout=log, stderr=log
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(url)
        yield url, process
    finally:
        process.terminate()
        process.wait(timeout=40)


def _wait(url: str) -> None:
    for _ in range(1200):
        try:
            if httpx.get(f"{url}/livez", timeout=1).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise RuntimeError("the service did not come up")
