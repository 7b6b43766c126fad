"""What a plan says otherwise of the tree, and one word for all that it comes to."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.domain.restructuring.conflicts import Conflict
from app.domain.restructuring.deciding import End
from app.domain.restructuring.planning import Plan
from app.domain.restructuring.tree import ATTRIBUTES, NOTHING
from app.models.restructuring_document import RestructuringNew, as_json


def differences(plan: Plan) -> dict[UUID, dict[str, list[tuple[Any, Any]]]]:
    """What the plan says otherwise of each organization: by attribute, periods with what holds then (None: nothing)."""
    found: dict[UUID, dict[str, list[tuple[Any, Any]]]] = {}
    for key in plan.after:
        stood = plan.before.organizations.get(key, NOTHING)
        stands = plan.after[key]
        for attribute in ATTRIBUTES:
            if said := getattr(stood, attribute).difference(getattr(stands, attribute)):
                found.setdefault(key, {})[attribute] = said
    return found


def digest(
    given: RestructuringNew,
    plan: Plan,
    persons: Sequence[tuple[Any, ...]],
    needed: Sequence[End],
    conflicts: Sequence[Conflict],
) -> str:
    """One word for what is asked, what it does to the tree, who changes cell, whose word it needs, and what speaks
    against it.

    Numbers of members that merely travel along, and transfers under way, are no part of it: they change every day.
    """
    said = {
        "asked": as_json(given),
        "tree": {
            str(key): {name: [(str(days), value) for days, value in pieces] for name, pieces in facts.items()}
            for key, facts in differences(plan).items()
        },
        "persons": persons,
        "needed": sorted((str(one.organization_id), one.part) for one in needed),
        "rolls": sorted((str(cell), str(to)) for cell, to in plan.defaults.items()),
        "conflicts": sorted(
            (one.code, one.severity, one.pointer, one.rule, sorted(map(str, one.organizations)))
            for one in conflicts
        ),
    }
    canonical = json.dumps(said, sort_keys=True, ensure_ascii=False, default=str, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
