"""Members a second from file to committed register, over HTTP, and what memory the service takes meanwhile."""

import threading
import time
from pathlib import Path
from typing import Any

import httpx

from benchmarks.generate import write_members, write_organizations
from benchmarks.place import BEGAN, Place

GOAL = 3000
MEMBERS = 100_000


def measure(given: Place) -> list[dict[str, Any]]:
    """One file of 100,000 members after their organizations; memory sampled ten times a second."""
    organizations, members = given.folder / "organizations.csv", given.folder / "members.csv"
    write_organizations(organizations, MEMBERS)
    write_members(members, MEMBERS)
    with given.client() as client:
        load(client, "organizations", organizations)
        before = given.memory_mib()
        answer, seconds, most = timed(given, client, members)
    if answer["counts"]["created"] != MEMBERS:
        raise RuntimeError(f"not every member arrived: {answer['counts']}")
    rate = MEMBERS / seconds
    size = members.stat().st_size / 2**20
    return [
        {
            "what": f"import of {MEMBERS:,} members",
            "measured": f"{rate:,.0f} a second",
            "goal": f"≥ {GOAL:,}",
            "rate": rate,
        },
        {
            "what": "memory of the service meanwhile",
            "measured": f"{before:.0f} → at most {most:.0f} MiB (file {size:.0f} MiB)",
            "goal": "flat",
            "mib": [before, most],
        },
    ]


def timed(
    given: Place, client: httpx.Client, members: Path, **asked: str
) -> tuple[dict[str, Any], float, float]:
    """Import a file of members: the answer, the seconds, and the most memory the service took meanwhile, in MiB."""
    samples: list[float] = []
    done = threading.Event()

    def sample() -> None:
        while not done.wait(0.1):
            samples.append(given.memory_mib())

    watcher = threading.Thread(target=sample)
    watcher.start()
    begun = time.perf_counter()
    try:
        answer = load(client, "members", members, **asked)
        return answer, time.perf_counter() - begun, max(samples)
    finally:
        done.set()
        watcher.join()


def fill(client: httpx.Client, folder: Path) -> Path:
    """The register with its members in it, and the file they came from; done once a place."""
    organizations, members = folder / "organizations.csv", folder / "members.csv"
    if not members.exists():
        write_organizations(organizations, MEMBERS)
        write_members(members, MEMBERS)
        load(client, "organizations", organizations)
        load(client, "members", members)
    return members


def load(client: httpx.Client, kind: str, path: Path, **asked: str) -> dict[str, Any]:
    """Import one file; anything but `applied` is an error."""
    parameters = {
        "kind": kind,
        "mode": "apply",
        "key": "external_id",
        "system": "bench",
        "meaning": "changes",
        "effective_on": BEGAN.isoformat(),
        **asked,
    }
    with path.open("rb") as file:
        answer = client.post(
            "/v1/imports", params=parameters, content=file, headers={"Content-Type": "text/csv"}
        )
    body: dict[str, Any] = answer.raise_for_status().json()
    if body["state"] != "applied":
        errors = client.get(f"/v1/imports/{body['id']}/errors").json()["items"][:3]
        raise RuntimeError(f"{kind}: {body['state']}: {errors}")
    return body
