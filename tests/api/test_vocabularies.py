"""Vocabularies over HTTP: one list for every enumeration of the contract."""

from typing import get_args

from conftest import SignIn
from fastapi import FastAPI

from app.models.policy import ConfidenceName
from app.models.scalars import LevelName


async def test_every_enumeration_of_the_contract_has_its_words(sign_in: SignIn, app: FastAPI) -> None:
    answer = await (await sign_in()).get("/v1/vocabularies")
    assert answer.status_code == 200
    said = {one["name"]: [word["id"] for word in one["words"]] for one in answer.json()["items"]}
    by_schema = {name.replace("_", ""): words for name, words in said.items()}
    for name, schema in app.openapi()["components"]["schemas"].items():
        if "enum" in schema:
            assert by_schema[name.lower()] == schema["enum"], name
    assert said["level"] == list(get_args(LevelName))
    assert said["confidence"] == list(get_args(ConfidenceName))


async def test_words_are_there_in_both_languages(sign_in: SignIn) -> None:
    items = (await (await sign_in()).get("/v1/vocabularies")).json()["items"]
    roles = next(one["words"] for one in items if one["name"] == "role")
    assert {"id": "cell_secretary", "vi": "Bí thư chi bộ", "en": "Cell secretary"} in roles


async def test_what_the_caller_has_is_not_sent_again(sign_in: SignIn) -> None:
    client = await sign_in()
    first = await client.get("/v1/vocabularies")
    assert first.headers["cache-control"] == "private, max-age=3600"
    for tags in (first.headers["etag"], f'"x", W/{first.headers["etag"]}'):
        again = await client.get("/v1/vocabularies", headers={"If-None-Match": tags})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert (await client.get("/v1/vocabularies", headers={"If-None-Match": '"x"'})).status_code == 200
