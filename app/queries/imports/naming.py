"""Ids in systems, as SQL: what a file names by them, and by which of them a file can be told.

All arguments but `thing` (`organization` or `member`) are SQL expressions. In the register's own system the id of a
record is its name.
"""

from typing import Literal

from app.domain.imports import ImportKey
from app.domain.systems import OWN_SYSTEM

Thing = Literal["organization", "member"]

_OWN_ID = "'^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'"
_ITSELF = {
    "organization": "true",
    "member": "NOT EXISTS (SELECT FROM member_merge g WHERE g.duplicate_id = o.id AND g.superseded_by IS NULL)",
}
"""A record that is one with another says nothing any more, and so its own id names nothing."""


def bearer(thing: Thing, name: str, day: str) -> str:
    """What bears an id of the system `$1`, on the day rather than on another: a query of `…_id`, at most one."""
    return f"""
        (SELECT x.{thing}_id FROM {thing}_external_id x
         WHERE x.system = $1 AND x.external_id = {name} AND x.superseded_by IS NULL
         ORDER BY x.valid @> {day} DESC, lower(x.valid) DESC LIMIT 1)
        UNION ALL
        SELECT o.id FROM {thing} o
        WHERE $1 = '{OWN_SYSTEM}' AND o.id = CASE WHEN {name} ~ {_OWN_ID} THEN ({name})::uuid END
          AND {_ITSELF[thing]}"""


def told(thing: Thing, subject: str, day: str, system: str) -> str:
    """The id by which a file names a thing, that of the day rather than another; null where it has none.

    An id that ever named another is not used: on some other day it would lead there.
    """
    return f"""CASE WHEN {system}::text = '{OWN_SYSTEM}' THEN ({subject})::text ELSE (
        SELECT x.external_id FROM {thing}_external_id x
        WHERE x.{thing}_id = {subject} AND x.system = {system}::text AND x.superseded_by IS NULL AND NOT EXISTS (
            SELECT FROM {thing}_external_id other
            WHERE other.system = x.system AND other.external_id = x.external_id AND other.superseded_by IS NULL
              AND other.{thing}_id <> x.{thing}_id)
        ORDER BY x.valid @> {day} DESC, lower(x.valid) DESC LIMIT 1) END"""


def organization_told(key: ImportKey, organization: str, day: str, system: str) -> str:
    """By what a file of this key names an organization on the day."""
    if key is ImportKey.EXTERNAL_ID:
        return told("organization", organization, day, system)
    return f"""(
        SELECT c.code FROM organization_code c
        WHERE c.organization_id = {organization} AND c.superseded_by IS NULL AND c.valid @> {day} LIMIT 1)"""
