"""What screens ask most, on the register that the import benchmark filled: medians of single requests."""

import statistics
import time
from typing import Any

from benchmarks.place import Place

ROUNDS = 30


def measure(given: Place) -> list[dict[str, Any]]:
    """Children of a node with counts, the first page of a subtree's members, one level of tree, a summary."""
    with given.client() as client:
        found = client.get("/v1/organizations", params={"level": "upper_grassroots"}).json()["items"]
        if not found:
            raise RuntimeError("measure import_members first: it fills the register")
        bloc = found[0]["id"]
        committee = client.get("/v1/organizations", params={"parent": bloc, "limit": 1}).json()["items"][0][
            "id"
        ]
        count = client.get(f"/v1/organizations/{bloc}/summary").json()["members"]["total"]
        asked = {
            f"children of a committee, counts ({count:,} members in the register)": (
                f"/v1/organizations/{committee}/children",
                {},
            ),
            "children of the bloc, counts": (f"/v1/organizations/{bloc}/children", {}),
            "first page of the bloc's members": ("/v1/members", {"within": bloc}),
            "first page of a committee's members": ("/v1/members", {"within": committee}),
            "summary of a committee": (f"/v1/organizations/{committee}/summary", {}),
            "summary of the bloc": (f"/v1/organizations/{bloc}/summary", {}),
        }
        return [
            {
                "what": what,
                "measured": f"{(median := _median(client, path, params)):.1f} ms",
                "milliseconds": median,
            }
            for what, (path, params) in asked.items()
        ]


def _median(client: Any, path: str, params: dict[str, str]) -> float:
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        client.get(path, params=params).raise_for_status()
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times)
