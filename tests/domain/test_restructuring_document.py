"""The shapes of the API and the measures of the rules: what one side says, the other says too."""

from collections.abc import Sequence
from random import Random

import pytest
from forests import Author, forest
from trees import T, absorb, consolidate, members, part, refer, shares, upgrade

from app.domain.restructuring.document import Dissolve, EndOperation, Measure, Split, Transfer
from app.models.restructuring_document import MOST_NAMED, RestructuringNew, as_json, measures_of
from app.models.restructuring_measures import as_given

NAMED = part("health-2", named=members("health-1", 1, 2))


def read_again(measures: Sequence[Measure]) -> list[Measure]:
    """The measures as a document says them, kept and read."""
    kept = as_json(RestructuringNew(measures=list(as_given(measures))))
    return measures_of(RestructuringNew.model_validate(kept))


@pytest.mark.parametrize(
    "measure",
    [
        absorb("health", "health-1", members_to="health-2"),
        consolidate("#new", "health-1", "health-2", members_to="#cell"),
        upgrade("health-1", "sectional_committee", NAMED, parent="province", rest="#new", late_to="#cell"),
        Split(refer("health-1"), shares(NAMED, late_to="health-2"), source_survives=True),
        Dissolve(refer("health-1"), shares(NAMED, rest="#new", late_to="health-2")),
        EndOperation(refer("health")),
    ],
)
def test_nothing_that_a_measure_says_is_lost_in_a_document(measure: Measure) -> None:
    assert read_again([measure]) == [measure]


@pytest.mark.parametrize("seed", range(60))
def test_a_drawn_document_is_read_again_as_it_was_written(seed: int) -> None:
    random = Random(seed)
    measures = Author(random, forest(random, 30, 200).facts()).document().measures
    assert read_again(measures) == list(measures)


def test_a_measure_that_names_more_than_one_may_is_said_in_several() -> None:
    named = tuple(refer(f"cell-{number}") for number in range(MOST_NAMED + 1))
    first, rest = read_again([Transfer(named, refer("health"), T.AFFILIATED_CELL)])
    assert isinstance(first, Transfer) and isinstance(rest, Transfer)
    assert (first.organizations + rest.organizations, len(rest.organizations)) == (named, 1)
