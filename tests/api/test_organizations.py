"""Organizations over HTTP: who sees them, how lists page, what changes and what was recorded wrongly."""

from conftest import SignIn
from make import World


async def test_one_organization_tells_its_facts_and_what_may_be_done(sign_in: SignIn, world: World) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    answer = await client.get(f"/v1/organizations/{world['health']}", params={"on": "2024-05-05"})
    assert answer.status_code == 200
    body = answer.json()
    assert body["name"] == "Đảng bộ Sở Y tế"
    assert (body["type"], body["level"], body["grassroots"]) == ("grassroots_committee", "grassroots", True)
    assert body["parent_id"] == str(world["bloc"]) and body["parent_name"] == "Đảng bộ Khối các cơ quan tỉnh"
    assert body["code"] == "C-health" and body["external_ids"] == {"test": "health"}
    assert (body["began_on"], body["opened_on"], body["ended_on"]) == ("2020-08-01", "2023-01-01", None)
    assert body["on"] == "2024-05-05" and body["known_at"].endswith("Z")
    allowed = {one["action"] for one in body["actions"] if one["allowed"]}
    assert "change_organization" in allowed and "manage_grant" not in allowed
    assert answer.headers["etag"].startswith('"1-')


async def test_what_is_out_of_reach_is_answered_like_what_does_not_exist(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("grassroots_office", "health")
    for foreign in ("town", "bloc", "court"):
        answer = await client.get(f"/v1/organizations/{world[foreign]}")
        assert answer.status_code == 404
        missing = await client.get("/v1/organizations/00000000-0000-7000-8000-000000000000")
        assert answer.json() | {"request_id": ""} == missing.json() | {"request_id": ""}


async def test_before_its_first_day_an_organization_is_not_yet(sign_in: SignIn, world: World) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    answer = await client.get(f"/v1/organizations/{world['health']}", params={"on": "2019-01-01"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_yet")


async def test_lists_hold_what_is_within_reach_and_page_by_name(sign_in: SignIn, world: World) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    whole = (await client.get("/v1/organizations", params={"total": "true"})).json()
    assert whole["total"] == 5 and len(whole["items"]) == 5 and whole["next"] is None
    paged, after = [], None
    while True:
        params = {"limit": 2} | ({"after": after} if after else {})
        page = (await client.get("/v1/organizations", params=params)).json()
        paged += page["items"]
        after = page["next"]
        if after is None:
            break
    assert paged == whole["items"]
    cells = (
        await client.get("/v1/organizations", params={"within": str(world["health"]), "level": "cell"})
    ).json()
    assert [one["name"] for one in cells["items"]] == ["Chi bộ Phòng Nghiệp vụ", "Chi bộ Văn phòng"]
    found = (await client.get("/v1/organizations", params={"q": "so y TE"})).json()
    assert [one["id"] for one in found["items"]] == [str(world["health"])]


async def test_a_cursor_serves_only_the_list_it_came_from(sign_in: SignIn) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    after = (await client.get("/v1/organizations", params={"limit": 1})).json()["next"]
    other = await client.get("/v1/organizations", params={"level": "cell", "after": after})
    assert other.status_code == 422
    assert other.json()["errors"][0]["code"] == "cursor_of_another_list"
    assert (await client.get("/v1/organizations", params={"after": "xyz"})).status_code == 422


async def test_a_list_within_what_is_out_of_reach_is_not_found(sign_in: SignIn, world: World) -> None:
    client = await sign_in("grassroots_office", "health")
    answer = await client.get("/v1/organizations", params={"within": str(world["bloc"])})
    assert answer.status_code == 404


async def test_a_whole_list_as_ndjson_ends_with_its_count(sign_in: SignIn) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    answer = await client.get("/v1/organizations", headers={"Accept": "application/x-ndjson"})
    lines = answer.text.splitlines()
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    assert len(lines) == 6 and '"end"' in lines[-1] and '"count": 5' in lines[-1]


async def test_children_carry_the_counts_of_their_branches(sign_in: SignIn, world: World) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    children = (
        await client.get(f"/v1/organizations/{world['bloc']}/children", params={"on": "2024-01-01"})
    ).json()
    by_name = {one["name"]: one for one in children["items"]}
    assert by_name["Đảng bộ Sở Y tế"]["members"] == {"official": 3, "probationary": 1, "total": 4}
    assert (by_name["Đảng bộ Sở Y tế"]["children"], by_name["Đảng bộ Sở Y tế"]["own_members"]) == (2, 0)
    assert by_name["Chi bộ Tòa án"]["own_members"] == 1
    early = (
        await client.get(f"/v1/organizations/{world['bloc']}/children", params={"on": "2022-01-01"})
    ).json()
    assert all(one["before_opening"] and one["members"] is None for one in early["items"])


async def test_a_change_is_true_from_its_day_and_history_keeps_what_was_known(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    address = f"/v1/organizations/{world['health']}"
    before = await client.get(address)
    known_at = before.json()["known_at"]
    document = {
        "effective_on": "2024-03-01",
        "name": "Đảng bộ Sở Y tế tỉnh",
        "reason": "Đổi tên",
        "decisions": [{"issuer": "Đảng ủy Khối", "number": "05-QĐ/ĐUK", "signed_on": "2024-02-20"}],
    }
    answer = await client.post(
        f"{address}/changes", json=document, headers={"If-Match": before.headers["etag"]}
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["name"] == "Đảng bộ Sở Y tế tỉnh" and answer.json()["version"] == 2

    async def name(**params: str) -> str:
        return (await client.get(address, params=params)).json()["name"]

    assert await name(on="2024-02-29") == "Đảng bộ Sở Y tế"
    assert await name(on="2024-03-01") == "Đảng bộ Sở Y tế tỉnh"
    assert await name(on="2024-03-01", known_at=known_at) == "Đảng bộ Sở Y tế"


async def test_a_write_needs_the_version_it_was_made_for(sign_in: SignIn, world: World) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    address = f"/v1/organizations/{world['health']}"
    document = {"effective_on": "2024-03-01", "sector": "hospital"}
    assert (await client.post(f"{address}/changes", json=document)).status_code == 428
    etag = (await client.get(address)).headers["etag"]
    assert (
        await client.post(f"{address}/changes", json=document, headers={"If-Match": etag})
    ).status_code == 200
    late = await client.post(f"{address}/changes", json=document, headers={"If-Match": etag})
    assert (late.status_code, late.json()["current_version"]) == (412, 2)


async def test_a_grassroots_office_changes_its_cells_but_not_itself(sign_in: SignIn, world: World) -> None:
    client = await sign_in("grassroots_office", "health")
    document = {"effective_on": "2024-03-01", "code": "C-9"}
    for name, status in (("health-1", 200), ("health", 403)):
        address = f"/v1/organizations/{world[name]}"
        etag = (await client.get(address)).headers["etag"]
        answer = await client.post(f"{address}/changes", json=document, headers={"If-Match": etag})
        assert answer.status_code == status, answer.text


async def test_a_code_is_borne_by_one_organization_at_any_instant(sign_in: SignIn, world: World) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    address = f"/v1/organizations/{world['health-1']}"
    etag = (await client.get(address)).headers["etag"]
    document = {"effective_on": "2024-03-01", "code": "C-court"}
    answer = await client.post(f"{address}/changes", json=document, headers={"If-Match": etag})
    assert (answer.status_code, answer.json()["code"]) == (409, "code_taken")


async def test_a_wrong_entry_is_struck_out_without_trace_today_but_stays_known(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    address = f"/v1/organizations/{world['court']}"
    before = await client.get(address)
    document = {
        "fact": "code",
        "period": {"from": "2021-01-01", "to": "2022-01-01"},
        "value": None,
        "reason": "Nhập nhầm",
    }
    headers = {"If-Match": before.headers["etag"]}
    answer = await client.post(f"{address}/corrections", json=document, headers=headers)
    assert answer.status_code == 200, answer.text

    async def code(**params: str) -> str | None:
        return (await client.get(address, params=params)).json()["code"]

    assert await code(on="2021-06-01") is None
    assert await code(on="2022-01-01") == "C-court" == await code(on="2020-12-31")
    assert await code(on="2021-06-01", known_at=before.json()["known_at"]) == "C-court"


async def test_a_corrected_place_carries_its_branch_and_needs_duty_at_both_ends(
    sign_in: SignIn, world: World
) -> None:
    document = {
        "fact": "placement",
        "period": {"from": "2020-08-01"},
        "value": {"parent_id": str(world["district"])},
        "reason": "Ghi nhầm cấp trên",
    }
    address = f"/v1/organizations/{world['health']}"
    for role, where, status in (
        ("upper_organizing_board", "bloc", 422),
        ("provincial_organizing_board", "province", 200),
    ):
        client = await sign_in(role, where)
        etag = (await client.get(address)).headers["etag"]
        answer = await client.post(f"{address}/corrections", json=document, headers={"If-Match": etag})
        assert answer.status_code == status, answer.text
    assert answer.json()["dependent_records_count"] == 2
    below = await client.get(
        "/v1/organizations", params={"within": str(world["district"]), "on": "2024-01-01"}
    )
    assert str(world["health-1"]) in {one["id"] for one in below.json()["items"]}


async def test_a_place_that_the_matrix_does_not_know_is_refused_with_rule_value_and_source(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    address = f"/v1/organizations/{world['health-1']}"
    etag = (await client.get(address)).headers["etag"]
    document = {
        "fact": "placement",
        "period": {"from": "2020-08-01"},
        "value": {"parent_id": str(world["district"])},
        "reason": "Thử",
    }
    answer = await client.post(f"{address}/corrections", json=document, headers={"If-Match": etag})
    problem = answer.json()
    assert (answer.status_code, problem["rule"]) == (409, "R-ORG-1")
    assert problem["value"] and problem["source"]


async def test_no_organization_comes_to_stand_below_itself(sign_in: SignIn, world: World) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    address = f"/v1/organizations/{world['bloc']}"
    etag = (await client.get(address)).headers["etag"]
    document = {
        "fact": "placement",
        "period": {"from": "2024-01-01"},
        "value": {"parent_id": str(world["health"])},
        "reason": "Thử",
    }
    answer = await client.post(f"{address}/corrections", json=document, headers={"If-Match": etag})
    assert answer.status_code == 409


async def test_an_opening_is_corrected_as_one_day_and_counts_follow(sign_in: SignIn, world: World) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    address = f"/v1/organizations/{world['court']}"

    async def correct(period: dict[str, str], value: dict[str, bool] | None) -> int:
        etag = (await client.get(address)).headers["etag"]
        document = {"fact": "opening", "period": period, "value": value, "reason": "Sổ cũ"}
        answer = await client.post(f"{address}/corrections", json=document, headers={"If-Match": etag})
        return answer.status_code

    async def before_opening(on: str) -> bool:
        return (await client.get(f"{address}/summary", params={"on": on})).json()["before_opening"]

    assert await correct({"from": "2022-01-01"}, {"complete": True}) == 200
    assert not await before_opening("2022-06-01") and await before_opening("2021-12-31")
    assert await correct({"from": "2022-03-01", "to": "2022-04-01"}, None) == 422
    assert await correct({"from": "2022-01-01", "to": "2022-07-01"}, None) == 200
    assert await before_opening("2022-06-01") and not await before_opening("2022-07-01")


async def test_a_change_before_the_first_day_is_refused_at_its_place(sign_in: SignIn, world: World) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    address = f"/v1/organizations/{world['health']}"
    etag = (await client.get(address)).headers["etag"]
    document = {"effective_on": "2010-01-01", "sector": "hospital"}
    answer = await client.post(f"{address}/changes", json=document, headers={"If-Match": etag})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/body/effective_on"
