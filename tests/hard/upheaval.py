"""A province in upheaval: many clients restructure it, and move its members, through servers of their own at once."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg
import httpx

DAYS = ("2024-06-01", "2024-06-15", "2024-07-01")
"""Documents take effect on the last of these mostly, so that most find nothing that is known to happen later."""

LATER = "2024-08-01"
"""From here on members go elsewhere by themselves."""

Answer = httpx.Response
Measures = list[dict[str, Any]]


@dataclass
class Sight:
    """What stands where on the last of the days, as it was a moment ago: what clients choose from."""

    pool: asyncpg.Pool
    cells: list[str] = field(default_factory=list)
    committees: list[str] = field(default_factory=list)
    uppers: list[str] = field(default_factory=list)
    parent: dict[str, str] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)

    async def look(self) -> None:
        rows = await self.pool.fetch(
            "SELECT p.organization_id::text AS id, p.parent_id::text AS parent, t.type FROM placement p"
            " JOIN organization_type t USING (organization_id)"
            " WHERE p.superseded_by IS NULL AND t.superseded_by IS NULL"
            f" AND p.valid @> '{DAYS[-1]}'::date AND t.valid @> '{DAYS[-1]}'::date"
        )
        below = {row["id"]: row["parent"] for row in rows}
        uppers = [row["id"] for row in rows if row["type"] == "special_upper"]
        committees = [row["id"] for row in rows if row["parent"] in uppers]
        members: dict[str, list[str]] = {}
        for row in await self.pool.fetch(
            "SELECT cell_id::text AS cell, member_id::text AS member FROM membership"
            f" WHERE superseded_by IS NULL AND valid @> '{DAYS[-1]}'::date AND cell_id IS NOT NULL"
        ):
            members.setdefault(row["cell"], []).append(row["member"])
        self.uppers, self.committees, self.parent, self.members = uppers, committees, below, members
        self.cells = [row["id"] for row in rows if row["parent"] in committees]


@dataclass(frozen=True)
class Client:
    """Two persons who work together: one proposes and records, the other decides and receives."""

    proposer: httpx.AsyncClient
    decider: httpx.AsyncClient
    receiver: httpx.AsyncClient
    chance: random.Random


@dataclass
class Upheaval:
    """So many random acts by all clients, and how they were answered."""

    clients: Sequence[Client]
    sight: Sight
    acts: int
    answered: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    made: set[UUID] = field(default_factory=set)
    failures: list[str] = field(default_factory=list)
    kinds: Mapping[str, tuple[int, Callable[["Upheaval", Client, int], Any]]] = field(
        default_factory=lambda: ACTS
    )

    async def run(self) -> None:
        pending = iter(range(self.acts))
        await self.sight.look()
        await asyncio.gather(self._watch(), *(self._work(client, pending) for client in self.clients))

    async def _watch(self) -> None:
        while self._working:
            await self.sight.look()
            await asyncio.sleep(0.2)

    @property
    def _working(self) -> bool:
        return sum(self.done.values()) < self.acts

    async def _work(self, client: Client, pending: Iterator[int]) -> None:
        for number in pending:
            weights = [weight for weight, _ in self.kinds.values()]
            kind = client.chance.choices(list(self.kinds), weights=weights)[0]
            outcome = await self.kinds[kind][1](self, client, number)
            self.done[f"{kind}: {outcome}"] += 1

    async def post(
        self, client: httpx.AsyncClient, path: str, body: Any = None, match: object = None
    ) -> Answer:
        headers = {} if match is None else {"If-Match": f'"{match}"'}
        answer = await client.post(f"/v1{path}", json=body, headers=headers)
        code = "" if answer.is_success else answer.json().get("code", "")
        self.answered[f"{answer.status_code} {code}".strip()] += 1
        if answer.status_code >= 500 and answer.status_code != 503:
            self.failures.append(answer.text[:500])
        return answer

    async def restructure(self, client: Client, measures: Measures) -> str:
        """From draft to application; given up where something stands in its way."""
        on = client.chance.choices(DAYS, weights=[1, 1, 8])[0]
        document = {"effective_on": on, "measures": measures, "reason": "Sắp xếp lại"}
        return await self.carry(client, await self.post(client.proposer, "/restructurings", document))

    async def carry(self, client: Client, draft: Answer) -> str:
        """A draft carried to its application; given up where something stands in its way."""
        if not draft.is_success:
            return "refused"
        address = f"/restructurings/{draft.json()['id']}"
        seen = await self.post(client.proposer, f"{address}/previews")
        if not seen.is_success:
            return "refused"
        preview = seen.json()
        if preview["blocked"]:
            self.answered[f"blocked {preview['conflicts'][0]['code']}"] += 1
            return "blocked"
        body = {"digest": preview["digest"]}
        one = await self.post(client.proposer, f"{address}/submissions", body, 1)
        if one.is_success and any(end["part"] == "consents" for end in one.json()["needs"]):
            one = await self.post(client.decider, f"{address}/consents", body, one.json()["version"])
        if one.is_success:
            one = await self.post(client.decider, f"{address}/approvals", body, one.json()["version"])
        if not one.is_success:
            return "refused"
        version = one.json()["version"]
        for _ in range(3):
            applied = await self.post(client.decider, f"{address}/applications", None, preview["digest"])
            if applied.status_code != 503:
                break
        if applied.is_success:
            return "applied"
        await self.post(client.proposer, f"{address}/cancellations", {"reason": "Đã khác"}, version)
        return "refused"


async def _restructuring(upheaval: Upheaval, client: Client, number: int) -> str:
    sight, chance = upheaval.sight, client.chance
    make = chance.choices(list(DOCUMENTS), weights=list(DOCUMENTS.values()))[0]
    try:
        measures = make(sight, chance, number)
    except (ValueError, IndexError):  # too little is left to choose from
        return "impossible"
    return await upheaval.restructure(client, measures)


def _transfer_cells(sight: Sight, chance: random.Random, _: int) -> Measures:
    cells = chance.sample(sight.cells, chance.randint(1, 3))
    return [{"kind": "transfer", "organizations": cells, "to": chance.choice(sight.committees)}]


def _transfer_committee(sight: Sight, chance: random.Random, _: int) -> Measures:
    one = chance.choice(sight.committees)
    return [{"kind": "transfer", "organizations": [one], "to": chance.choice(sight.uppers)}]


def _new_cell(sight: Sight, cell: str, number: int, key: str = "new") -> dict[str, Any]:
    parent = sight.parent[cell]
    return _founding(f"#{key}", parent, "affiliated_cell", f"Chi bộ mới {number} {key}")


def _founding(key: str, parent: str, kind: str, name: str) -> dict[str, Any]:
    return {"kind": "establish", "key": key, "parent": parent, "type": kind, "name": name}


def _absorb(sight: Sight, chance: random.Random, _: int) -> Measures:
    into, *sources = chance.sample(sight.cells, chance.randint(2, 3))
    return [{"kind": "merge_absorb", "sources": sources, "into": into}]


def _absorb_committee(sight: Sight, chance: random.Random, _: int) -> Measures:
    into, source = chance.sample(sight.committees, 2)
    return [{"kind": "merge_absorb", "sources": [source], "into": into}]


def _consolidate(sight: Sight, chance: random.Random, number: int) -> Measures:
    sources = chance.sample(sight.cells, 2)
    merge = {"kind": "merge_consolidate", "sources": sources, "into": "#new"}
    return [_new_cell(sight, sources[0], number), merge]


def _split(sight: Sight, chance: random.Random, number: int) -> Measures:
    cell = chance.choice([one for one in sight.cells if len(sight.members.get(one, ())) >= 6])
    members = sight.members[cell]
    half = chance.sample(members, len(members) // 2)
    if chance.random() < 0.7:
        given = {"kind": "split", "organization": cell, "source_survives": True}
        return [_new_cell(sight, cell, number), {**given, "parts": [{"to": "#new", "members": half}]}]
    given = {"kind": "split", "organization": cell, "parts": [{"to": "#new", "members": half}]}
    other = _new_cell(sight, cell, number, "other")
    return [_new_cell(sight, cell, number), other, {**given, "rest": "#other"}]


def _dissolve(sight: Sight, chance: random.Random, _: int) -> Measures:
    cell, rest = chance.sample(sight.cells, 2)
    return [{"kind": "dissolve", "organization": cell, "rest": rest}]


def _dissolve_committee(sight: Sight, chance: random.Random, _: int) -> Measures:
    one, rest = chance.sample(sight.committees, 2)
    return [{"kind": "dissolve", "organization": one, "rest": rest}]


def _establish_committee(sight: Sight, chance: random.Random, number: int) -> Measures:
    founding = _founding("#new", chance.choice(sight.uppers), "grassroots_committee", f"Đảng bộ mới {number}")
    cells = chance.sample(sight.cells, 4)
    return [founding, {"kind": "transfer", "organizations": cells, "to": "#new"}]


DOCUMENTS: Mapping[Callable[[Sight, random.Random, int], Measures], int] = {
    _transfer_cells: 20,
    _transfer_committee: 12,
    _absorb: 10,
    _absorb_committee: 3,
    _consolidate: 8,
    _split: 30,
    _dissolve: 8,
    _dissolve_committee: 3,
    _establish_committee: 6,
}
"""What documents ask for, and how often."""


async def _create(upheaval: Upheaval, client: Client, number: int) -> str:
    person = {
        "cell_id": client.chance.choice(upheaval.sight.cells),
        "standing": client.chance.choice(["official", "official", "probationary"]),
        "since": client.chance.choice(["2024-01-01", LATER]),
        "full_name": f"Hoàng Văn {'I' * (1 + number % 9)} {'V' * (1 + number // 9 % 9)}",
    }
    answer = await upheaval.post(client.proposer, "/members", person)
    if answer.is_success:
        upheaval.made.add(UUID(answer.json()["id"]))
    return "done" if answer.is_success else "refused"


def _somebody(sight: Sight, chance: random.Random) -> str:
    return chance.choice(sight.members[chance.choice(list(sight.members))])


async def _change_cell(upheaval: Upheaval, client: Client, _: int) -> str:
    sight, chance = upheaval.sight, client.chance
    address = f"/members/{_somebody(sight, chance)}"
    read = await client.proposer.get(f"/v1{address}")
    if not read.is_success:
        upheaval.answered[f"{read.status_code} read"] += 1
        return "refused"
    here = read.json().get("cell_id") or ""
    near = [one for one in sight.cells if sight.parent.get(one) == sight.parent.get(here) and one != here]
    change = {"effective_on": LATER, "cell_id": chance.choice(near or sight.cells)}
    answer = await upheaval.post(client.proposer, f"{address}/changes", change, read.json()["version"])
    return "done" if answer.is_success else "refused"


async def _transfer_member(upheaval: Upheaval, client: Client, _: int) -> str:
    sight, chance = upheaval.sight, client.chance
    introduction = {
        "member_ids": [_somebody(sight, chance)],
        "kind": "official",
        "introduced_on": "2024-09-02",
        "to_organization_id": chance.choice(sight.cells),
    }
    answer = await upheaval.post(client.proposer, "/transfers", introduction)
    if not answer.is_success:
        return "refused"
    address = f"/transfers/{answer.json()['items'][0]['transfer_id']}"
    read = await client.receiver.get(f"/v1{address}")
    if not read.is_success:
        upheaval.answered[f"{read.status_code} read"] += 1
        return "refused"
    step = {"step": "receive", "on": "2024-09-10"}
    taken = await upheaval.post(client.receiver, f"{address}/steps", step, read.json()["version"])
    return "done" if taken.is_success else "under way"


ACTS: Mapping[str, tuple[int, Callable[[Upheaval, Client, int], Any]]] = {
    "restructuring": (40, _restructuring),
    "member created": (20, _create),
    "cell changed": (20, _change_cell),
    "member transferred": (20, _transfer_member),
}
"""What clients do, and how often."""


async def harm(connection: asyncpg.Connection, before: set[UUID], made: set[UUID]) -> dict[str, list[str]]:
    """What must never happen, looked for from outside: cycles, orphans, double ends, members lost."""
    found = {
        name: [str(row[0]) for row in await connection.fetch(sql)]
        for name, sql in {
            **{f"cut off on {day}": _CUT_OFF.replace("$day", day) for day in (*DAYS, LATER, "2030-01-01")},
            "ended twice": _ENDED_TWICE,
            "nowhere": _NOWHERE,
        }.items()
    }
    known = {row[0] for row in await connection.fetch("SELECT id FROM member")}
    found["lost"] = [str(one) for one in (before | made) - known]
    return {name: rows for name, rows in found.items() if rows}


_CUT_OFF = """
    WITH RECURSIVE there AS (
        SELECT organization_id AS id, parent_id FROM placement
        WHERE superseded_by IS NULL AND valid @> '$day'::date
    ), reached(id) AS (
        SELECT id FROM there WHERE parent_id IS NULL
        UNION SELECT there.id FROM reached JOIN there ON there.parent_id = reached.id
    )
    SELECT id FROM there EXCEPT ALL SELECT id FROM reached"""
"""Organizations that stand in no way below the root: in a circle, under one that is not there, or twice."""

_ENDED_TWICE = """
    SELECT source_id FROM lineage WHERE superseded_by IS NULL AND kind <> 'split_into'
    GROUP BY source_id HAVING count(DISTINCT operation_id) > 1"""

_NOWHERE = """
    SELECT m.id FROM member m WHERE 1 <> (
        SELECT count(*) FROM membership s JOIN placement p ON p.organization_id = s.cell_id
        WHERE s.member_id = m.id AND s.superseded_by IS NULL AND s.valid @> '2030-01-01'::date
          AND p.superseded_by IS NULL AND p.valid @> '2030-01-01'::date)"""
"""Members who are not in exactly one living cell."""
