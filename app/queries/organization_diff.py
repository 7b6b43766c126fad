"""A subtree on two days, compared in SQL: `$1` is the later day, `$4` the earlier one."""

from datetime import date
from typing import Any
from uuid import UUID

from app.queries.asof import AsOf
from app.queries.organizations import counted, named
from app.queries.reach import readable

EARLIER, LATER = "$4::date", "$1::date"

_DIFFERENCES = (
    ("begun", "was.id IS NULL"),
    ("ended", "now.id IS NULL"),
    ("moved", "was.id = now.id AND was.parent_id IS DISTINCT FROM now.parent_id"),
    ("renamed", "was.id = now.id AND (was.name, was.name_en) IS DISTINCT FROM (now.name, now.name_en)"),
    ("retyped", "was.type <> now.type"),
    ("recoded", "was.id = now.id AND was.code IS DISTINCT FROM now.code"),
)


def listed(
    as_of: AsOf, organization_id: UUID, earlier: date, actor_id: UUID, roles: list[str]
) -> tuple[str, list[Any], str]:
    """The organizations that stood below on either day and differ between the two: SQL, arguments, visibility."""
    changes = ", ".join(f"CASE WHEN {differs} THEN '{change}' END" for change, differs in _DIFFERENCES)
    sides = ", ".join(
        f"{side}.{column} AS {side}_{column}"
        for side in ("was", "now")
        for column in ("id", "parent_id", "code", "name", "name_en", "type")
    )
    sql = f"""
        SELECT * FROM (
            SELECT stood.id, {sides}, coalesce(now.sort_key, was.sort_key) AS sort_key,
                   array_remove(ARRAY[{changes}], NULL) AS changes
            FROM (
                SELECT organization_id AS id FROM {as_of.below("$3", EARLIER)} earlier
                UNION
                SELECT organization_id FROM {as_of.below("$3", LATER)} later
            ) stood
            LEFT JOIN ({named(as_of, EARLIER)}) was ON was.id = stood.id
            LEFT JOIN ({named(as_of, LATER)}) now ON now.id = stood.id
        ) compared
        WHERE changes <> '{{}}'"""
    visible = readable("$3::uuid", "$5", "$6", "$7")
    return sql, [organization_id, earlier, actor_id, roles, as_of.today], visible


def sides(as_of: AsOf) -> str:
    """What a page shows of each listed organization on both days: its parent's name, and its members in reach."""
    return f"""
        SELECT {_name(as_of, "listed.was_parent_id", EARLIER)} AS was_parent_name,
               {_name(as_of, "listed.now_parent_id", LATER)} AS now_parent_name,
               was.official AS was_official, was.probationary AS was_probationary,
               was.before_opening AS was_before_opening,
               now.official AS now_official, now.probationary AS now_probationary,
               now.before_opening AS now_before_opening, near
        FROM (SELECT {readable("listed.id", "$5", "$6", "$7")} AS near) reach,
             ({counted(as_of, "listed.id", EARLIER)}) was, ({counted(as_of, "listed.id", LATER)}) now"""


def besides(as_of: AsOf, compared: str) -> dict[str, str]:
    """What the whole comparison (`listed`) adds up to, and what the subtree counts on both days, as JSON."""
    numbers = ", ".join(
        f"'{change}', count(*) FILTER (WHERE '{change}' = ANY(changes))" for change, _ in _DIFFERENCES
    )
    return {
        "totals": f"(SELECT jsonb_build_object({numbers}) FROM ({compared}) compared)",
        "from": _whole(as_of, EARLIER),
        "to": _whole(as_of, LATER),
    }


def _whole(as_of: AsOf, day: str) -> str:
    return f"""(
        SELECT jsonb_build_object(
            'on', {day}, 'before_opening', before_opening,
            'organizations', (SELECT count(*) FROM {as_of.below("$3", day)} below),
            'members', CASE WHEN NOT before_opening THEN jsonb_build_object(
                'official', official, 'probationary', probationary, 'total', official + probationary) END)
        FROM ({counted(as_of, "$3", day)}) whole)"""


def _name(as_of: AsOf, organization: str, day: str) -> str:
    return f"""(
        SELECT n.name FROM {as_of.holding("organization_name", day)} n WHERE n.organization_id = {organization})"""
