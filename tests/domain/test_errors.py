"""Of the refusals of several items one for the whole."""

import pytest

from app.domain.errors import (
    Conflict,
    DomainError,
    FieldError,
    Forbidden,
    Invalid,
    NotFound,
    RuleBroken,
    refuse_any,
)

FORBIDDEN = Forbidden("role_may_not")
BROKEN = RuleBroken("R-TR-1", "transfer_held")
CONFLICT = Conflict("transfer_open")
OTHER = NotFound("not_found")


@pytest.mark.parametrize(
    ("refusals", "wanted"),
    [
        ([CONFLICT, BROKEN, FORBIDDEN], FORBIDDEN),
        ([None, OTHER, CONFLICT, BROKEN], BROKEN),
        ([OTHER, None, CONFLICT], CONFLICT),
        ([None, OTHER], OTHER),
    ],
)
def test_one_refusal_refuses_the_whole_and_none_is_passed_over(
    refusals: list[DomainError | None], wanted: DomainError
) -> None:
    with pytest.raises(type(wanted)) as refused:
        refuse_any(refusals)
    assert refused.value is wanted


def test_all_that_is_malformed_is_told_at_once_before_anything_else() -> None:
    first, second = FieldError("/a", "unknown_member"), FieldError("/b", "same_cell")
    with pytest.raises(Invalid) as refused:
        refuse_any([FORBIDDEN, Invalid(first), None, Invalid(second)])
    assert refused.value.errors == [first, second]


def test_where_nothing_is_refused_nothing_is_raised() -> None:
    refuse_any([None, None])
