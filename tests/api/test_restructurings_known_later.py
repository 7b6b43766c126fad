"""What is known of a later day stops a document that would lead into it; the conflict names who said it, and when."""

from typing import Any

import pytest
from conftest import SignIn
from make import Client, World
from restructured import BOARD, LATER, absorbed, applied, post, preview, reversal

MUCH_LATER = "2026-06-10"


@pytest.fixture
async def two(sign_in: SignIn) -> tuple[Client, Client]:
    return await sign_in(BOARD, "province"), await sign_in(BOARD, "province")


def divided(world: World) -> dict[str, Any]:
    """The member p2 of health-1 goes to health-2."""
    part = {"to": str(world["health-2"]), "members": [str(world["p2"])]}
    return {
        "kind": "split",
        "organization": str(world["health-1"]),
        "source_survives": True,
        "parts": [part],
    }


def moved(world: World) -> dict[str, Any]:
    return {"kind": "transfer", "organizations": [str(world["health-1"])], "to": str(world["town"])}


async def stopping(client: Client, draft: Any) -> list[dict[str, Any]]:
    """What stops a draft, but for numbers of members that a superior may excuse."""
    seen = await preview(client, draft)
    return [one for one in seen["conflicts"] if one["severity"] == "block" and one["rule"] != "R-ORG-10"]


async def annulled(proposer: Client, approver: Client, one: Any) -> None:
    reason = {"reason": "Ghi nhầm"}
    one = await post(proposer, f"/{one['id']}/annulment-proposals", reason, 200, one["version"])
    await post(approver, f"/{one['id']}/annulments", reason, 200, one["version"])


@pytest.mark.parametrize(
    ("measure", "ending", "code", "rule", "concerned"),
    [
        (divided, ("health-1", "court"), "holds_no_members_later", "R-ORG-4", ["health-1"]),
        (moved, ("health", "town"), "parent_ends_later", "R-RS-3", ["health", "health-1"]),
    ],
)
async def test_who_would_be_led_back_into_what_is_known_to_end_waits_for_the_document_that_says_so(
    two: tuple[Client, Client],
    world: World,
    measure: Any,
    ending: tuple[str, str],
    code: str,
    rule: str,
    concerned: list[str],
) -> None:
    proposer, approver = two
    one = await applied(proposer, approver, measure(world))
    later = await applied(proposer, approver, absorbed(world, *ending), on=MUCH_LATER)
    draft = await reversal(proposer, one, LATER)
    (found,) = await stopping(proposer, draft)
    assert (found["code"], found["rule"], found["remedy"]) == (code, rule, "settle_other_first")
    assert (found["on"], found["operation_id"]) == (MUCH_LATER, later["operation_id"])
    assert found["organizations"] == [str(world[name]) for name in concerned]
    seen = await preview(proposer, draft)
    digest = {"digest": seen["digest"]}
    refused = await post(proposer, f"/{draft['id']}/submissions", digest, 409, draft["version"])
    assert refused["conflicts"][0]["operation_id"] == later["operation_id"]
    await annulled(proposer, approver, later)
    assert await stopping(proposer, draft) == []


async def test_what_ends_although_it_is_known_to_be_named_otherwise_later_is_told_by_whom(
    two: tuple[Client, Client], world: World
) -> None:
    proposer, approver = two
    name = {"kind": "rename", "organization": str(world["health-2"]), "name": "Chi bộ Mới"}
    later = await applied(proposer, approver, name, on=MUCH_LATER)
    asked = {"effective_on": LATER, "measures": [absorbed(world, "health-2", "health-1")]}
    (found,) = await stopping(proposer, await post(proposer, "", asked, 201))
    assert (found["code"], found["on"]) == ("known_to_change", MUCH_LATER)
    assert found["operation_id"] == later["operation_id"]


async def test_nobody_is_named_out_of_a_cell_whose_members_are_known_to_go_elsewhere_later(
    two: tuple[Client, Client], world: World
) -> None:
    """Else who has left it by then would be taken from the new cell on that day."""
    proposer, approver = two
    later = await applied(proposer, approver, absorbed(world, "health-1", "court"), on=MUCH_LATER)
    draft = await post(proposer, "", {"effective_on": LATER, "measures": [divided(world)]}, 201)
    (found,) = await stopping(proposer, draft)
    assert (found["code"], found["rule"], found["on"]) == ("known_to_change", "R-RS-7", MUCH_LATER)
    assert (found["organizations"], found["remedy"]) == ([str(world["health-1"])], "settle_other_first")
    assert found["operation_id"] == later["operation_id"]
    await annulled(proposer, approver, later)
    assert await stopping(proposer, draft) == []
