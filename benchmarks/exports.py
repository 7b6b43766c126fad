"""100,000 members as a whole list in each format: rows a second, and what memory the service takes meanwhile."""

import threading
import time
from typing import Any

import httpx

from app.exports import FORMATS
from benchmarks.import_members import MEMBERS, fill
from benchmarks.place import Place


def measure(given: Place) -> list[dict[str, Any]]:
    """One download a format after a first that warms up; memory sampled ten times a second."""
    with given.client() as client:
        fill(client, given.folder)
        client.get("/v1/members", params={"limit": 200}).raise_for_status()
        return [_measured(given, client, media_type, made.suffix) for media_type, made in FORMATS.items()]


def _measured(given: Place, client: httpx.Client, media_type: str, suffix: str) -> dict[str, Any]:
    before = given.memory_mib()
    samples = [before]
    done = threading.Event()

    def sample() -> None:
        while not done.wait(0.1):
            samples.append(given.memory_mib())

    watcher = threading.Thread(target=sample)
    watcher.start()
    begun = time.perf_counter()
    size = 0
    with client.stream("GET", "/v1/members", headers={"Accept": media_type}) as answer:
        answer.raise_for_status()
        for chunk in answer.iter_raw():
            size += len(chunk)
    seconds = time.perf_counter() - begun
    done.set()
    watcher.join()
    return {
        "what": f"{MEMBERS:,} members as {suffix}",
        "measured": f"{MEMBERS / seconds:,.0f} rows a second; {before:.0f} → at most {max(samples):.0f} MiB"
        f" (file {size / 2**20:.1f} MiB)",
        "rate": MEMBERS / seconds,
        "mib": [before, max(samples)],
    }
