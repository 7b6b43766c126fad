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
    "member": "NOT EXISTS (SELECT FROM member_merge borne_merge"
    " WHERE borne_merge.duplicate_id = borne_by.id AND borne_merge.superseded_by IS NULL)",
}
"""A record that is one with another says nothing any more, and so its own id names nothing."""


def bearer(thing: Thing, name: str, day: str) -> str:
    """What bears an id of the system `$1`, on the day rather than on another: a query of `…_id`, at most one."""
    return f"""
        (SELECT borne.{thing}_id FROM {thing}_external_id borne
         WHERE borne.system = $1 AND borne.external_id = {name} AND borne.superseded_by IS NULL
         ORDER BY borne.valid @> {day} DESC, lower(borne.valid) DESC LIMIT 1)
        UNION ALL
        SELECT borne_by.id FROM {thing} borne_by
        WHERE $1 = '{OWN_SYSTEM}' AND borne_by.id = CASE WHEN {name} ~ {_OWN_ID} THEN ({name})::uuid END
          AND {_ITSELF[thing]}"""


def told(thing: Thing, subject: str, day: str, system: str) -> str:
    """The id by which a file names a thing, that of the day rather than another; null where it has none.

    An id that ever named another is not used: on some other day it would lead there.
    """
    return f"""CASE WHEN {system}::text = '{OWN_SYSTEM}' THEN ({subject})::text ELSE (
        SELECT told_id.external_id FROM {thing}_external_id told_id
        WHERE told_id.{thing}_id = {subject} AND told_id.system = {system}::text AND told_id.superseded_by IS NULL
          AND NOT EXISTS (
            SELECT FROM {thing}_external_id told_too
            WHERE told_too.system = told_id.system AND told_too.external_id = told_id.external_id
              AND told_too.superseded_by IS NULL AND told_too.{thing}_id <> told_id.{thing}_id)
        ORDER BY told_id.valid @> {day} DESC, lower(told_id.valid) DESC LIMIT 1) END"""


def organization_told(key: ImportKey, organization: str, day: str, system: str) -> str:
    """By what a file of this key names an organization on the day."""
    if key is ImportKey.EXTERNAL_ID:
        return told("organization", organization, day, system)
    return f"""(
        SELECT told_code.code FROM organization_code told_code
        WHERE told_code.organization_id = {organization} AND told_code.superseded_by IS NULL
          AND told_code.valid @> {day} LIMIT 1)"""
