"""Things with an id of their own (grants, committees, seats…) as SQL: what all the facts of one say together.

A thing is shown by the fact that holds on the day, else by the nearest: what has ended, is still to come or was
struck out can be read too.
"""

from app.queries.asof import AsOf
from app.queries.facts import FactTable, said_first_by


def spans(as_of: AsOf, table: FactTable, thing: str) -> str:
    """The periods of a thing (its id as an SQL expression), and its version: how many operations touched it."""
    (key,) = table.key
    return f"""
        ARRAY(SELECT unnest(range_agg(p.valid))
              FROM {as_of.believed(table.name)} p WHERE p.{key} = {thing}) AS periods,
        {version(table, thing)} AS version"""


def version(table: FactTable, thing: str) -> str:
    """The version of a thing (its id as an SQL expression): how many operations touched it."""
    (key,) = table.key
    return f"""(
        SELECT count(DISTINCT touching)::int
        FROM {table.name} f, unnest(ARRAY[f.operation_id, f.superseded_by]) touching
        WHERE f.{key} = {thing})"""


def nearest(as_of: AsOf, table: FactTable, things: str) -> str:
    """One fact of each of the things (an SQL array of ids) known at the instant, the one nearest to the day."""
    (key,) = table.key
    return f"""(
        SELECT DISTINCT ON (f.{key}) f.* FROM {table.name} f JOIN operation said ON said.id = f.operation_id
        WHERE f.{key} = ANY({things}) AND ($2::timestamptz IS NULL OR said.recorded_at <= $2)
        ORDER BY f.{key},
                 EXISTS (SELECT FROM {as_of.believed(table.name)} b WHERE b.{key} = f.{key} AND b.id = f.id) DESC,
                 f.valid @> $1::date DESC, lower(f.valid) <= $1::date DESC,
                 abs(lower(f.valid) - $1::date), f.id DESC)"""


def names_paper(as_of: AsOf, table: FactTable, thing: str) -> str:
    """A condition: who first said what is believed of the thing names a decision."""
    (key,) = table.key
    return f"""EXISTS (
        SELECT FROM {as_of.believed(table.name)} g JOIN operation_decision d ON d.operation_id = {said_first_by("g")}
        WHERE g.{key} = {thing})"""
