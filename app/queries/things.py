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
        ARRAY(SELECT unnest(range_agg(span_fact.valid))
              FROM {as_of.believed(table.name)} span_fact WHERE span_fact.{key} = {thing}) AS periods,
        {version(table, thing)} AS version"""


def version(table: FactTable, thing: str) -> str:
    """The version of a thing (its id as an SQL expression): how many operations touched it."""
    (key,) = table.key
    return f"""(
        SELECT count(DISTINCT version_by)::int
        FROM {table.name} version_fact,
             unnest(ARRAY[version_fact.operation_id, version_fact.superseded_by]) version_by
        WHERE version_fact.{key} = {thing})"""


def nearest(as_of: AsOf, table: FactTable, things: str) -> str:
    """One fact of each of the things (an SQL array of ids) known at the instant, the one nearest to the day."""
    (key,) = table.key
    return f"""(
        SELECT DISTINCT ON (nearest_fact.{key}) nearest_fact.* FROM {table.name} nearest_fact
        JOIN operation nearest_said ON nearest_said.id = nearest_fact.operation_id
        WHERE nearest_fact.{key} = ANY({things}) AND ($2::timestamptz IS NULL OR nearest_said.recorded_at <= $2)
        ORDER BY nearest_fact.{key}, EXISTS (
                     SELECT FROM {as_of.believed(table.name)} nearest_believed
                     WHERE nearest_believed.{key} = nearest_fact.{key} AND nearest_believed.id = nearest_fact.id) DESC,
                 nearest_fact.valid @> $1::date DESC, lower(nearest_fact.valid) <= $1::date DESC,
                 abs(lower(nearest_fact.valid) - $1::date), nearest_fact.id DESC)"""


def names_paper(as_of: AsOf, table: FactTable, thing: str) -> str:
    """A condition: who first said what is believed of the thing names a decision."""
    (key,) = table.key
    return f"""EXISTS (
        SELECT FROM {as_of.believed(table.name)} papered_fact
        JOIN operation_decision papered_by ON papered_by.operation_id = {said_first_by("papered_fact")}
        WHERE papered_fact.{key} = {thing})"""
