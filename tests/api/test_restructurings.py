"""Restructurings over HTTP: drafted, previewed, submitted, agreed to by others, applied all at once."""

import json
import re

from conftest import SignIn
from make import World
from restructured import DAY, UPPER, applied, document, post, preview

from app.domain.restructuring.document import MeasureKind
from app.models.restructuring_examples import EXAMPLES


async def test_a_cell_is_absorbed_and_its_members_go_along(sign_in: SignIn, world: World) -> None:
    proposer, approver = await sign_in(UPPER, "bloc"), await sign_in(UPPER, "bloc")
    measure = {
        "kind": "merge_absorb",
        "sources": [str(world["health-2"])],
        "into": str(world["health-1"]),
    }
    one = await applied(proposer, approver, measure)
    assert one["state"] == "applied"
    asked = {"id": [str(world["health-1"]), str(world["health-2"])], "on": "2026-04-30"}
    known = (await approver.get("/v1/directory", params=asked)).json()["items"]
    assert one["names"] == {each["id"]: each["name"] for each in known} and len(known) == 2
    members = (await approver.get("/v1/members", params={"cell": str(world["health-1"]), "on": DAY})).json()
    assert len(members["items"]) == 4
    before = (
        await approver.get("/v1/members", params={"cell": str(world["health-2"]), "on": "2026-04-30"})
    ).json()
    assert len(before["items"]) == 1
    gone = (await approver.get(f"/v1/organizations/{world['health-2']}", params={"on": DAY})).json()
    assert gone["ended_on"] == DAY


async def test_what_speaks_against_a_document_is_said_in_the_callers_language(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in(UPPER, "bloc")
    draft = await post(client, "", document(on=None), 201)
    seen = await preview(client, draft)
    told = {one["code"]: one["detail"] for one in seen["conflicts"]}
    assert told["no_measures"] == "It asks for nothing yet. Complete the document: /measures."
    kept = await client.get(
        f"/v1/restructurings/{draft['id']}/previews/{seen['id']}", headers={"Accept-Language": "vi"}
    )
    told = {one["code"]: one["detail"] for one in kept.json()["conflicts"]}
    assert told["no_measures"] == "Chưa có việc nào. Bổ sung văn bản: /measures."


async def test_the_documents_of_the_contract_are_taken_as_they_are_shown(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in(UPPER, "bloc")
    for shown in EXAMPLES:
        own = re.sub(r"01900000-0000-7000-8000-[0-9a-f]{12}", str(world["health-1"]), json.dumps(shown))
        draft = await post(client, "", json.loads(own), 201)
        assert len((await preview(client, draft))["conflicts"]) > 0
    assert {each["kind"] for shown in EXAMPLES for each in shown["measures"]} == {*MeasureKind}
