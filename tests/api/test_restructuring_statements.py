"""What a restructuring costs: as many statements for a large document as for a small one, whatever it asks for."""

from typing import Any

import pytest
from conftest import SignIn, Statements
from make import World
from restructured import BOARD, agreed, document, post, preview

PREVIEW, APPLICATION = 38, 58
"""Choices of members by what is recorded of them are one more, however many there are."""

ON = "2024-05-01"


def _merge(world: World) -> list[dict[str, Any]]:
    sources, into = [str(world["health-2"])], str(world["health-1"])
    return [{"kind": "merge_absorb", "sources": sources, "into": into}]


def _much(world: World) -> list[dict[str, Any]]:
    """Cells founded, filled by choice and by name; one that is dissolved, one that goes elsewhere, one renamed."""
    founding = {"kind": "establish", "parent": str(world["health"]), "type": "affiliated_cell"}
    chosen = [{"standings": ["probationary"]}, {"activity_statuses": ["active"], "workplaces": ["Sở"]}]
    parts = [{"to": f"#{n}", "where": where} for n, where in enumerate(chosen)]
    return [
        *({**founding, "key": f"#{n}0", "name": f"Chi bộ {n}"} for n in range(4)),
        {
            "kind": "split",
            "organization": str(world["health-1"]),
            "source_survives": True,
            "parts": [{**part, "to": f"{part['to']}0"} for part in parts],
        },
        {"kind": "dissolve", "organization": str(world["health-2"]), "rest": str(world["health-1"])},
        {"kind": "transfer", "organizations": [str(world["court"])], "to": str(world["district"])},
        {"kind": "rename", "organization": str(world["town-1"]), "name": "Chi bộ Khu Một"},
    ]


@pytest.mark.parametrize("asked", [_merge, _much])
async def test_the_statements_of_a_preview_do_not_depend_on_the_document(
    sign_in: SignIn, world: World, statements: Statements, asked: Any
) -> None:
    client = await sign_in(BOARD, "province")
    draft = await post(client, "", document(*asked(world), on=ON), 201)
    async with statements() as executed:
        await preview(client, draft)
    assert len(executed) == PREVIEW + (asked is _much), "\n".join(executed)


@pytest.mark.parametrize("number", [1, 3])
async def test_the_statements_of_an_application_do_not_depend_on_the_document(
    sign_in: SignIn, world: World, statements: Statements, number: int
) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    renamed = ("court", "town-1", "health-1")[: number - 1]
    measures = _merge(world) + [
        {"kind": "rename", "organization": str(world[name]), "name": f"Chi bộ mới {name}"} for name in renamed
    ]
    one = await agreed(proposer, approver, *measures, on=ON)
    async with statements() as executed:
        await post(approver, f"/{one['id']}/applications", None, 200, one["digest"])
    assert len(executed) == APPLICATION, "\n".join(executed)
