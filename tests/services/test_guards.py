"""What the database keeps by itself: whole descriptions, rolls within lives; the answer is a refusal with words."""

import pytest
from conftest import SignIn
from make import World

WORDS = {"reason": "Ghi nhầm"}


@pytest.mark.parametrize(
    ("fact", "period", "value", "code"),
    [
        ("name", {"from": "2021-01-01", "to": "2022-01-01"}, None, "organization_without_name_or_type"),
        ("type", {"from": "2020-08-01", "to": "2022-01-01"}, None, "organization_without_name_or_type"),
        ("name", {"from": "2000-01-01"}, None, "organization_without_name_or_type"),
        ("type", {"from": "2000-01-01"}, None, "organization_without_name_or_type"),
        ("placement", {"from": "2020-01-01"}, "bloc", "parent_not_alive_then"),
        ("placement", {"from": "2020-08-01", "to": "2023-01-02"}, None, "opening_outside_life"),
        ("placement", {"from": "2021-01-01", "to": "2022-01-01"}, None, "organization_has_gap"),
        ("opening", {"from": "2020-01-01"}, {"complete": True}, "opening_outside_life"),
    ],
)
async def test_no_correction_leaves_an_organization_half_recorded(
    sign_in: SignIn, world: World, fact: str, period: dict[str, str], value: object, code: str
) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    address = f"/v1/organizations/{world['court']}"
    etag = (await client.get(address)).headers["etag"]
    if isinstance(value, str):
        value = {"parent_id": str(world[value])}
    document = {"fact": fact, "period": period, "value": value, **WORDS}
    answer = await client.post(f"{address}/corrections", json=document, headers={"If-Match": etag})
    assert (answer.status_code, answer.json()["code"]) == (409, code), answer.text
    assert answer.json()["detail"] and "…" not in answer.json()["detail"]


async def test_what_was_never_there_is_struck_out_from_the_outside_in(sign_in: SignIn, world: World) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    address = f"/v1/organizations/{world['town-1']}"
    for fact in ("opening", "placement"):
        etag = (await client.get(address, params={"on": "2020-08-01"})).headers["etag"]
        period = {"from": "2020-08-01", "to": "2022-01-01"}
        document = {"fact": fact, "period": period, "value": None, **WORDS}
        answer = await client.post(f"{address}/corrections", json=document, headers={"If-Match": etag})
        assert answer.status_code == 200, answer.text
    assert answer.json()["organization"]["began_on"] == "2022-01-01"
