"""Files of rows sent over HTTP, and what became of them."""

from typing import Any

from make import Client


async def apply(client: Client, kind: str, header: str, *lines: str, **params: str) -> dict[str, Any]:
    """Take in the rows as CSV, and apply them unless another mode is asked for; the import."""
    asked = {"kind": kind, "mode": "apply", "system": "test"} | params
    content = "\n".join([header, *lines, ""]).encode()
    headers = {"Content-Type": "text/csv; charset=utf-8"}
    answer = await client.post("/v1/imports", params=asked, content=content, headers=headers)
    assert answer.status_code == 201, answer.text
    imported: dict[str, Any] = answer.json()
    return imported


async def errors(client: Client, imported: dict[str, Any]) -> list[tuple[int, str | None, str]]:
    """Row, column and code of each error of a refused file."""
    assert imported["state"] == "refused", imported
    page = (await client.get(f"/v1/imports/{imported['id']}/errors")).json()
    return [(one["row"], one["column"], one["code"]) for one in page["items"]]


def counts(imported: dict[str, Any]) -> tuple[str, int, int, int]:
    """What became of it: the state, and how many were created, changed, unchanged."""
    return (imported["state"], *imported["counts"].values())
