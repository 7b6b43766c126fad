"""Documents of examples: external ids are found and replaced by ids."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.example_documents import UnknownNames, begun, named, read_documents, with_ids

DOCUMENT: Any = {
    "effective_on": "2023-04-01",
    "reason": "chi bộ @ mới",
    "measures": [
        {"kind": "establish", "key": "#office", "parent": "@donre", "type": "affiliated_cell", "name": "A"},
        {"kind": "receive", "key": "#school", "parent": "@bloc", "members": 12, "name": "B"},
        {
            "kind": "split",
            "organization": "@donre-01",
            "parts": [{"to": "#office", "children": ["@donre-02"], "members": ["@M00002", "@M00001"]}],
            "rest": "@donre-01",
        },
    ],
}
ORGANIZATIONS = {"bloc": "o0", "donre": "o1", "donre-01": "o2", "donre-02": "o3"}
MEMBERS = {"M00001": "m1", "M00002": "m2"}


def test_a_document_tells_whom_it_names_and_what_it_begins() -> None:
    wanted = named(DOCUMENT)
    assert wanted.organizations == ["bloc", "donre", "donre-01", "donre-02"]
    assert wanted.members == ["M00001", "M00002"]
    assert begun(DOCUMENT) == {"#office": "office", "#school": "school"}


def test_names_become_ids_and_what_begins_keeps_its_name_of_the_example() -> None:
    before = json.dumps(DOCUMENT)
    sent = with_ids(DOCUMENT, ORGANIZATIONS, MEMBERS, "case")
    assert json.dumps(DOCUMENT) == before
    expected = before
    for name, key in (ORGANIZATIONS | MEMBERS).items():
        expected = expected.replace(f'"@{name}"', f'"{key}"')
    office, school = (one for one in sent["measures"] if "key" in one)
    assert office.pop("external_ids") == {"case": "office"}
    assert school.pop("external_ids") == {"case": "school"}
    assert json.dumps(sent) == expected
    assert named(sent).organizations == named(sent).members == []


def test_a_member_is_never_taken_for_an_organization_of_the_same_name() -> None:
    document = {"measures": [{"organization": "@1", "parts": [{"to": "@1", "members": ["@1"]}]}]}
    assert with_ids(document, {"1": "o"}, {"1": "m"}, "case") == {
        "measures": [{"organization": "o", "parts": [{"to": "o", "members": ["m"]}]}]
    }


def test_all_that_nobody_knows_is_told_at_once() -> None:
    with pytest.raises(UnknownNames) as refused:
        with_ids(DOCUMENT, {"bloc": "o0"}, {"M00001": "m1"}, "case")
    assert refused.value.external_ids == ["donre", "donre-01", "donre-02", "M00002"]


def test_documents_are_read_in_the_order_of_their_days(tmp_path: Path) -> None:
    folder = tmp_path / "restructurings"
    folder.mkdir()
    for name in ("2023-07-01-b", "2023-04-01-z"):
        (folder / f"{name}.json").write_text(json.dumps({"reason": name}), encoding="utf-8")
    assert list(read_documents(tmp_path)) == ["2023-04-01-z", "2023-07-01-b"]
