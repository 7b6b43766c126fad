"""Restructurings of an example, planned one after the other on its files as the register would plan them."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from app.domain.hierarchy import Hierarchies, Hierarchy, OrganizationType
from app.domain.policy import Combine, PolicyRow, PolicyScope, parse_document, resolve
from app.domain.restructuring.conflicts import Conflict
from app.domain.restructuring.deciding import CommitteePart, consenting, ends
from app.domain.restructuring.document import Document
from app.domain.restructuring.judging import judge_rolls, judge_shape, judge_words
from app.domain.restructuring.places import judge_places
from app.domain.restructuring.planning import Plan, plan_document
from app.domain.restructuring.rolls import Heads, Home
from app.domain.restructuring.sketch import Facts
from app.domain.restructuring.thresholds import Consent, Thresholds
from app.domain.restructuring.timeline import Timeline
from app.domain.restructuring.tree import Named, Organization, Tree
from app.example_documents import named, with_ids
from app.models.restructuring_document import RestructuringNew, choices, keys, resolved

Row = dict[str, str]


def key_of(external_id: str) -> UUID:
    """The id that an organization or a member has here."""
    return uuid5(NAMESPACE_OID, external_id)


@cache
def policies() -> list[PolicyRow]:
    """The rules as shipped."""
    text = (files("app") / "policies" / "structure.toml").read_text("utf-8")
    return [
        PolicyRow(
            id=number,
            key=row.key,
            scope=PolicyScope.NATIONAL,
            organization_id=None,
            valid=row.valid,
            value=row.value,
            combine=Combine(row.combine),
            source=row.source,
            confidence=row.confidence,
        )
        for number, row in enumerate(parse_document(text), start=1)
    ]


TREE_KEYS = ("org.type_catalogue", "org.root_types", "org.parent_matrix")


@cache
def hierarchy(on: date) -> Hierarchy:
    """The type catalogue and the parent matrix of a day."""
    return Hierarchy.of(*(resolve(policies(), key, on) for key in TREE_KEYS))


HIERARCHIES = Hierarchies(
    hierarchy, tuple(sorted({row.valid.start for row in policies() if row.key in TREE_KEYS}))
)


@dataclass(frozen=True)
class Done:
    """A document that was planned, and all that the rules say of it."""

    given: RestructuringNew
    plan: Plan
    conflicts: list[Conflict]
    consents: list[Consent]
    moved: Counter[str]
    """Members whose cell changes, by where they go (external id)."""
    deciding: dict[CommitteePart, set[str]]
    """The organizations (external ids) whose committees have a part in it."""


@dataclass
class Example:
    """The organizations and members of files, with what the documents so far have made of them."""

    tree: Tree
    rows: list[Row]
    names: dict[UUID, str]
    plans: list[Plan] = field(default_factory=list)

    @classmethod
    def of(cls, organizations: Iterable[Row], members: Iterable[Row]) -> "Example":
        tree: dict[UUID, Organization] = {}
        names: dict[UUID, str] = {}
        for row in organizations:
            key, since = key_of(row["external_id"]), date.fromisoformat(row["valid_from"])
            names[key] = row["external_id"]
            tree[key] = Organization(
                placement=Timeline.since(since, key_of(row["parent"]) if row["parent"] else None),
                type=Timeline.since(since, OrganizationType(row["type"])),
                name=Timeline.since(since, Named(row["name"], row["name_en"])),
                code=Timeline.since(since, row["code"]),
            )
        return cls(Tree(tree), list(members), names)

    def roll(self, on: date) -> dict[UUID, tuple[Row, UUID]]:
        """Who is where on a day: the row that holds, and the cell to which the documents up to then have led."""
        day = on.isoformat()
        found: dict[UUID, tuple[Row, UUID]] = {}
        for row in self.rows:
            if (
                row["cell"]
                and row["valid_from"] <= day
                and (not row.get("valid_to") or day < row["valid_to"])
            ):
                member, cell = key_of(row["external_id"]), key_of(row["cell"])
                for plan in (plan for plan in self.plans if plan.effective_on <= on):
                    where = plan.members.get(member) or plan.cells.get(cell, cell)
                    assert where is not None
                    cell = where
                if self.tree.alive(cell, on):
                    found[member] = (row, cell)
        return found

    def sizes(self, on: date) -> Counter[str]:
        """Members of each organization on a day, rolled up, by external id."""
        return Counter(
            self.names[above] for _, cell in self.roll(on).values() for above in self.tree.path(cell, on)
        )

    def under(self, organization: str, on: date, *types: OrganizationType) -> list[str]:
        """What stands directly under an organization on a day, of some types."""
        return [
            self.names[key]
            for key in self.tree.children(on).get(key_of(organization), [])
            if not types or self.tree.type(key, on) in types
        ]

    def take(self, written: Any) -> Done:
        """Plan a document on what is known up to then, and go on from what it makes."""
        wanted = named(written)
        organizations = {name: str(key_of(name)) for name in self.names.values()}
        members = {row["external_id"]: str(key_of(row["external_id"])) for row in self.rows}
        given = RestructuringNew.model_validate(with_ids(written, organizations, members, "case"))
        assert given.effective_on is not None and wanted.organizations
        roll = self.roll(given.effective_on)
        begun = {key: key_of(key.removeprefix("#")) for key in keys(given)}
        document = resolved(given, given.effective_on, begun, self._chosen(given, roll))
        facts = self._facts(given.effective_on, roll)
        plan = plan_document(document, facts)
        conflicts, consents = self._judged(plan, facts)
        self.names |= {key: name.removeprefix("#") for name, key in begun.items()}
        moved: Counter[str] = Counter()
        for member, (_, cell) in roll.items():
            to = plan.members.get(member) or plan.cells.get(cell, cell)
            if to is not None and to != cell:
                moved[self.names[to]] += 1
        self.tree = plan.after
        self.plans.append(plan)
        return Done(given, plan, conflicts, consents, moved, self._deciding(document, plan, consents))

    def recorded(self, plan: Plan) -> int:
        """Members on the roll on the day of a plan, as the documents before it left them."""
        earlier = self.plans[: self.plans.index(plan)]
        return len(Example(plan.before, self.rows, self.names, earlier).roll(plan.effective_on))

    def _deciding(
        self, document: Document, plan: Plan, consents: list[Consent]
    ) -> dict[CommitteePart, set[str]]:
        rules = hierarchy(plan.effective_on)
        found = ends(document, plan, rules)
        found += consenting(plan, rules, [one.organization_id for one in consents])
        parts: dict[CommitteePart, set[str]] = defaultdict(set)
        for one in found:
            parts[one.part].add(self.names[one.organization_id])
        return dict(parts)

    def _chosen(
        self, given: RestructuringNew, roll: dict[UUID, tuple[Row, UUID]]
    ) -> dict[tuple[int, int], list[UUID]]:
        found = {}
        for place, (organization, choice) in choices(given).items():
            assert choice.workplaces and not choice.standings and not choice.activity_statuses
            begins = tuple(choice.workplaces)
            found[place] = [
                member
                for member, (row, cell) in roll.items()
                if cell == organization and row["workplace"].startswith(begins)
            ]
        return found

    def _facts(self, on: date, roll: dict[UUID, tuple[Row, UUID]]) -> Facts:
        heads: dict[UUID, Heads] = defaultdict(Heads)
        rolled: dict[UUID, Heads] = defaultdict(Heads)
        homes = {}
        for member, (row, cell) in roll.items():
            homes[member] = Home(cell, row["standing"] == "official")
            heads[cell] += homes[member].heads
        for cell, own in heads.items():
            for above in self.tree.path(cell, on):
                rolled[above] += own
        return Facts(self.tree, dict(heads), dict(rolled), homes, HIERARCHIES)

    def _judged(self, plan: Plan, facts: Facts) -> tuple[list[Conflict], list[Consent]]:
        counted, consents = Thresholds(
            plan, facts.rolled, facts.heads, frozenset(), policies(), HIERARCHIES
        ).judge()
        found = [
            *plan.conflicts,
            *judge_places(plan.before, plan.after, HIERARCHIES, plan.pointers, plan.effective_on),
            *judge_shape(plan, {}),
            *judge_rolls(plan, HIERARCHIES),
            *judge_words(plan),
            *counted,
        ]
        return found, consents


def head_count(plan: Plan) -> int:
    """Members whom a plan leaves in organizations."""
    return sum(heads.total for heads in plan.own.values())


def rows_of(file: Path) -> list[Row]:
    """The rows of a file by column."""
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
