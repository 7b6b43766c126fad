"""What a plan does to organizations and rolls, as the queries of effects and acts take it."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from app.domain.restructuring.document import BY_DECISION
from app.domain.restructuring.planning import Plan
from app.domain.restructuring.rolls import Home
from app.queries.restructuring_moves import Moves
from app.services.restructuring_returns import Returns


def moves_of(plan: Plan, homes: Mapping[UUID, Home], today: date, returns: Returns) -> Moves:
    """What a plan does to organizations and rolls, as the effects take it."""
    on = plan.effective_on
    cells = {**plan.defaults, **plan.cells}
    members = [(key, homes[key].cell, to) for key, to in sorted(plan.members.items())]
    placed = [
        key
        for key in plan.before
        if plan.before.alive(key, on)
        and plan.after.alive(key, on)
        and plan.before.parent(key, on) != plan.after.parent(key, on)
    ]
    left_behind, entered = [], []
    for key in placed:
        stood, stands = plan.before.path(key, on)[:-1], plan.after.path(key, on)[:-1]
        left_behind += [(key, one) for one in stood if one not in stands]
        entered += [(key, one) for one in stands if one not in stood]
    lost, won = [], []
    for cell, to in sorted({*cells.items(), *((cell, to) for _, cell, to in members)}, key=str):
        stood = plan.before.path(cell, on)
        stands = plan.after.path(to, on) if to is not None else []
        lost += [(cell, to, one) for one in stood if one not in stands]
        won += [(cell, to, one) for one in stands if one not in stood]
    returned = []
    for cell, came, days in returns.ways:
        if (to := plan.cells.get(came, came)) is not None:
            returned.append((cell, to, days))
            won += [(cell, to, one) for one in plan.after.path(to, days.start)]
    return Moves(
        on=on,
        today=today,
        ended=sorted(plan.ended),
        bodies=sorted({*plan.ended, *(key for key, kind in plan.retyped.items() if kind in BY_DECISION)}),
        cells=sorted(cells.items(), key=str),
        members=members,
        placed=sorted(placed),
        lapsing=sorted({*plan.ended, *placed, *plan.decided}),
        left_behind=left_behind,
        entered=entered,
        lost=lost,
        won=won,
        heirs=sorted(_heirs(plan).items()),
        reversed_id=returns.reversed_id,
        returned=returned,
        succeeded=sorted(plan.successors.items()),
    )


def _heirs(plan: Plan) -> dict[UUID, UUID]:
    """Of each organization that ends, the one that stands for it: where its roll goes, or its only successor."""
    heirs = {}
    targets: dict[UUID, set[UUID]] = {}
    for edge in plan.edges:
        targets.setdefault(edge.source, set()).add(edge.target)
    for key in plan.ended:
        only = targets.get(key, set())
        heir = plan.defaults.get(key) or (next(iter(only)) if len(only) == 1 else None)
        if heir is not None:
            heirs[key] = heir
    return heirs
