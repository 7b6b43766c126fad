"""What refusals say: of whom a duty is, what the contract knows there, in which words, and of which media types."""

from typing import Any

import pytest
from conftest import SignIn
from make import Client, World

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
async def office(sign_in: SignIn) -> Client:
    return await sign_in("grassroots_office", "health")


async def fault(client: Client, address: str, body: Any, **more: str) -> dict[str, Any]:
    """The one thing wrong with a request."""
    answer = await client.post(address, json=body, headers={"If-Match": '"1"', **more})
    assert answer.status_code == 422, answer.text
    (one,) = answer.json()["errors"]
    found: dict[str, Any] = one
    return found


@pytest.mark.parametrize(
    "address", ["holds", "reads", "reads/alerts", "grants", "machine-clients", "policy-edits"]
)
async def test_a_list_of_a_duty_that_is_held_nowhere_is_refused_by_name(
    office: Client, world: World, address: str
) -> None:
    for query in ("", f"?within={world['town']}", f"?within={world['health']}"):
        answer = await office.get(f"/v1/{address}{query}")
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (403, "role_may_not"), answer.text
        assert problem["roles_that_may"] and "grassroots_office" not in problem["roles_that_may"]
    whole = await office.get(f"/v1/{address}", headers={"Accept": "application/x-ndjson"})
    assert (whole.status_code, whole.headers["content-type"]) == (403, "application/problem+json")


async def test_a_refused_list_of_members_is_not_recorded(
    office: Client, sign_in: SignIn, world: World
) -> None:
    assert (await office.get("/v1/holds")).status_code == 403
    auditor = await sign_in("auditor", "province")
    assert (await auditor.get("/v1/reads")).json()["items"] == []


async def test_roles_and_actions_are_said_in_words_and_kept_as_codes(office: Client) -> None:
    said = {}
    for language in ("en", "vi"):
        problem = (await office.get("/v1/grants", headers={"Accept-Language": language})).json()
        assert (problem["action"], problem["roles_that_may"]) == ("read_grant", ["auditor", "admin"])
        said[language] = problem["detail"]
    assert said == {
        "en": "Your roles here do not allow this: Read grants. Who may: Auditor or Administrator.",
        "vi": "Vai trò của bạn ở đây không cho phép việc này: Xem quyền đã cấp."
        " Vai trò được phép: Người giám sát hoặc Quản trị hệ thống.",
    }


async def test_an_unknown_field_names_the_known_ones_and_not_itself(office: Client, world: World) -> None:
    found = await fault(office, "/v1/members/searches", {"kanari": 1})
    assert (found["pointer"], found["code"]) == ("/body", "extra_forbidden")
    assert {"within", "name", "born"} <= set(found["expected"]) and "kanari" not in str(found)
    nested = {"reason": "Nhầm", "fact": "person", "period": {"from": "2024-01-01"}, "value": {"kanari": 1}}
    found = await fault(office, f"/v1/members/{world['p0']}/corrections", nested)
    assert found["pointer"] == "/body/value" and "birth_date" in found["expected"]
    assert "cell_id" not in found["expected"]  # which another fact would know
    query = await office.get("/v1/members?kanari=1")
    (found,) = query.json()["errors"]
    assert {"within", "on", "limit"} <= set(found["expected"]) and "kanari" not in query.text


async def test_an_unknown_kind_of_document_is_pointed_at_by_its_field(office: Client, world: World) -> None:
    corrections = f"/v1/members/{world['p0']}/corrections"
    found = await fault(office, corrections, {"fact": "kanari"}, **{"Accept-Language": "en"})
    assert (found["pointer"], found["code"]) == ("/body/fact", "union_tag_invalid")
    assert {"person", "membership", "identifier"} <= set(found["expected"]) and "kanari" not in str(found)
    assert "person" in found["detail"] and " or " in found["detail"]
    found = await fault(office, corrections, {})
    assert (found["pointer"], found["code"]) == ("/body/fact", "union_tag_not_found")


async def test_the_words_of_an_enumeration_are_a_list_joined_in_each_language(office: Client) -> None:
    details = []
    for language, joined in (("en", " or "), ("vi", " hoặc ")):
        wrong = {"sex": "kanari"}
        found = await fault(office, "/v1/members/searches", wrong, **{"Accept-Language": language})
        assert (found["code"], found["expected"]) == ("enum", ["female", "male"])
        details.append(found["detail"])
        assert f"female{joined}male" in found["detail"]


async def test_a_text_of_another_form_is_told_the_form_or_the_catalogue(
    office: Client, sign_in: SignIn, world: World
) -> None:
    board = await sign_in("upper_organizing_board", "bloc")
    changes = f"/v1/organizations/{world['health']}/changes"
    found = await fault(board, changes, {"effective_on": "2024-01-01", "sector": "Y tế"})
    assert (found["pointer"], found["code"], found["expected"]) == (
        "/body/sector",
        "string_pattern_mismatch",
        "/v1/catalogues/sectors",
    )
    changes = f"/v1/members/{world['p0']}/changes"
    found = await fault(office, changes, {"effective_on": "2024-01-01", "political_theory": "Cao cấp"})
    assert found["expected"] == "/v1/catalogues/political_theory"
    key = await office.post("/v1/members/searches", json={}, headers={"Idempotency-Key": "a b"})
    assert key.status_code == 200  # a search is no write: it has no key
    answer = await office.post("/v1/members", json={}, headers={"Idempotency-Key": "a b"})
    forms = [one["expected"] for one in answer.json()["errors"] if one["pointer"].startswith("/header")]
    assert forms == ["^[A-Za-z0-9._:-]+$"]


@pytest.mark.parametrize("named", ["text/plain", "", "application/x-www-form-urlencoded"])
async def test_a_body_that_is_not_said_to_be_json_is_refused_as_such(office: Client, named: str) -> None:
    answer = await office.post("/v1/members/searches", content=b"{}", headers={"Content-Type": named})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
    assert answer.json()["accepted"] == ["application/json"]
    assert "application/json" in answer.json()["detail"]


async def test_json_may_name_its_charset_and_its_kind(office: Client) -> None:
    for named in ("application/json; charset=utf-8", "Application/JSON", "application/vnd.search+json"):
        answer = await office.post("/v1/members/searches", content=b"{}", headers={"Content-Type": named})
        assert answer.status_code == 200, answer.text


async def test_what_cannot_be_given_is_refused_with_what_can(office: Client, world: World) -> None:
    listed = await office.get("/v1/members", headers={"Accept": "application/pdf"})
    assert (listed.status_code, listed.json()["code"]) == (406, "not_acceptable")
    assert listed.json()["offered"] == ["application/json", "application/x-ndjson", "text/csv", XLSX]
    for accept in ("application/pdf", "text/csv", "application/json;q=0"):
        one = await office.get(f"/v1/members/{world['p0']}", headers={"Accept": accept})
        assert (one.status_code, one.json().get("offered")) == (406, ["application/json"]), accept
    for accept in ("*/*", "", "application/*;q=0.1, text/csv", "text/html, */*;q=0.5"):
        one = await office.get(f"/v1/members/{world['p0']}", headers={"Accept": accept})
        assert one.status_code == 200, accept


async def test_the_format_that_weighs_most_is_given(office: Client) -> None:
    for accept, given in (
        ("application/json, text/csv", "application/json"),
        ("application/json;q=0.5, text/csv", "text/csv"),
        ("*/*, text/csv", "text/csv"),
        ("text/*", "text/csv"),
        ("text/csv;q=0, */*;q=0.1", "application/json"),
    ):
        answer = await office.get("/v1/members", headers={"Accept": accept})
        assert answer.headers["content-type"].partition(";")[0] == given, accept


@pytest.mark.parametrize("accept", ["text/csv", "application/x-ndjson", XLSX])
async def test_a_whole_list_has_neither_limit_nor_place(office: Client, accept: str) -> None:
    answer = await office.get("/v1/members?limit=1&after=x", headers={"Accept": accept})
    assert answer.status_code == 422
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [
        ("/query/limit", "not_with_whole_list"),
        ("/query/after", "not_with_whole_list"),
    ]


async def test_an_item_is_refused_in_the_shape_of_the_whole(
    office: Client, sign_in: SignIn, world: World
) -> None:
    board = await sign_in("provincial_organizing_board", "province")
    proceedings = {
        "member_id": str(world["p0"]),
        "ground": "complaint",
        "valid": {"from": "2026-01-01"},
        "decisions": [{"issuer": "Ủy ban Kiểm tra", "number": "01-QĐ", "signed_on": "2026-01-01"}],
    }
    held = (await board.post("/v1/holds", json=proceedings)).json()
    wanted = {
        "member_ids": [str(world["p0"])],
        "kind": "official",
        "introduced_on": "2026-03-02",
        "to_organization_id": str(world["town-1"]),
    }
    whole = (await board.post("/v1/transfers", json=wanted)).json()
    assert (whole["code"], whole["rule"], whole["records"]) == ("transfer_held", "R-TR-1", [held["id"]])
    for way in ({"bulk": "each"}, {"preview": True}):
        (item,) = (await board.post("/v1/transfers", json=wanted | way)).json()["items"]
        shown = {name: value for name, value in item["refusal"].items() if value is not None}
        assert shown == {name: value for name, value in whole.items() if name != "request_id"}
    grant = {
        "actor": {"issuer": "https://issuer.example", "subject": "somebody"},
        "role": "auditor",
        "organization_id": str(world["health"]),
        "valid": {"from": "2026-01-01"},
    }
    (item,) = (await office.post("/v1/grants", json={"grants": [grant], "bulk": "each"})).json()["items"]
    assert (item["refusal"]["status"], item["refusal"]["roles_that_may"]) == (403, ["admin"])
