"""The restructurings of an example: documents of the API's shape that name organizations and members by external ids.

In their files `@donre-01` stands for the organization, and in lists of members `@M00001` for the member, that has this
id in the example's system. What a document begins has a local key, `#` and the external id that the example's other
files know it by afterwards.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MARK, KEY = "@", "#"
MEMBERS = "members"
"""The field whose list names members; all other names are of organizations."""


class UnknownNames(LookupError):
    """A document names what the register does not have under these external ids."""

    def __init__(self, external_ids: list[str]) -> None:
        super().__init__(", ".join(external_ids))
        self.external_ids = external_ids


@dataclass(frozen=True, slots=True)
class Named:
    """The external ids that a document names, each once and in order."""

    organizations: list[str]
    members: list[str]


def read_documents(example: Path) -> dict[str, Any]:
    """The documents of an example by the names of their files, in the order of the days of effect."""
    files = sorted((example / "restructurings").glob("*.json"))
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in files}


def named(document: Any) -> Named:
    """Whom a document names, to be looked up before it is sent."""
    found = list(_names(document, False))
    return Named(
        organizations=sorted({name for name, member in found if not member}),
        members=sorted({name for name, member in found if member}),
    )


def begun(document: Any) -> dict[str, str]:
    """The external ids of the organizations that a document begins, by their local keys."""
    keys = [one["key"] for one in document["measures"] if "key" in one]
    return {key: key.removeprefix(KEY) for key in keys}


def with_ids(document: Any, organizations: Mapping[str, str], members: Mapping[str, str], system: str) -> Any:
    """The document with ids in place of the external ids; UnknownNames with all that have none.

    What it begins is given the external id of the system that its key stands for.
    """
    wanted = named(document)
    missing = [
        *(name for name in wanted.organizations if name not in organizations),
        *(name for name in wanted.members if name not in members),
    ]
    if missing:
        raise UnknownNames(missing)
    replaced = _replaced(document, organizations, members, False)
    for measure in replaced["measures"]:
        if "key" in measure:
            measure["external_ids"] = {system: begun(document)[measure["key"]]}
    return replaced


def _names(value: Any, member: bool) -> Iterator[tuple[str, bool]]:
    match value:
        case dict():
            for field, inner in value.items():
                yield from _names(inner, field == MEMBERS)
        case list():
            for inner in value:
                yield from _names(inner, member)
        case str() if value.startswith(MARK):
            yield value.removeprefix(MARK), member


def _replaced(value: Any, organizations: Mapping[str, str], members: Mapping[str, str], member: bool) -> Any:
    match value:
        case dict():
            return {
                field: _replaced(inner, organizations, members, field == MEMBERS)
                for field, inner in value.items()
            }
        case list():
            return [_replaced(inner, organizations, members, member) for inner in value]
        case str() if value.startswith(MARK):
            return (members if member else organizations)[value.removeprefix(MARK)]
    return value
