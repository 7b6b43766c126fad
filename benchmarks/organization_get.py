"""One organization by id, authorization included, against a bare handler that runs the plainest SQL."""

import statistics
from typing import Any

from benchmarks.load import requests_per_second
from benchmarks.place import Place, served

GOAL = 0.35
CLIENTS, SECONDS, ROUNDS = 16, 3.0, 5


def measure(given: Place) -> list[dict[str, Any]]:
    """The median over rounds of the two rates' ratio, both taken in each round."""
    with given.client() as client:
        root = client.get("/v1/organizations").json()["items"][0]["id"]
        size = len(client.get(f"/v1/organizations/{root}").content)
    address = f"/v1/organizations/{root}"
    ours, bare = [], []
    authorized = {"Authorization": f"Bearer {given.token}"}
    with served("benchmarks.service:peer", given.urls, given.folder) as (peer, _):
        for number in range(ROUNDS + 1):
            one = requests_per_second(given.url + address, authorized, clients=CLIENTS, seconds=SECONDS)
            other = requests_per_second(f"{peer}{address}?size={size}", {}, clients=CLIENTS, seconds=SECONDS)
            if number:  # the first round warms up
                ours.append(one)
                bare.append(other)
    ratio = statistics.median(a / b for a, b in zip(ours, bare, strict=True))
    measured = f"{ratio:.2f} of the bare handler ({statistics.median(ours):.0f}/s of {statistics.median(bare):.0f}/s)"
    return [{"what": "GET /v1/organizations/{id}", "measured": measured, "goal": f"≥ {GOAL}", "ratio": ratio}]
