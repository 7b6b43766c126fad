"""The table of roles and actions: its whole product, and that nothing is allowed outside it."""

from datetime import date
from itertools import product

import pytest

from app.domain.access import (
    TABLE,
    Action,
    HeldRole,
    Nearness,
    Role,
    actor_of,
    allows,
    check_admin_remains,
    require,
    roles_for,
)
from app.domain.errors import Forbidden, RuleBroken
from app.domain.period import Period

TODAY = date(2024, 6, 1)
OFFICES_WITH_CONTENT = set(Role) - {Role.ADMIN}


def test_every_action_has_its_row_and_somebody_who_may() -> None:
    assert set(TABLE) == set(Action)
    assert all(TABLE.values())


@pytest.mark.parametrize(("action", "role", "depth"), list(product(Action, Role, (0, 1, 4))))
def test_a_role_may_what_its_row_says_as_near_as_it_says(action: Action, role: Role, depth: int) -> None:
    nearness = TABLE[action].get(role)
    expected = nearness is Nearness.WITHIN or (nearness is Nearness.BELOW and depth > 0)
    held = [HeldRole(role, depth)]
    assert allows(action, held) is expected
    if expected:
        require(action, held)
    else:
        with pytest.raises(Forbidden) as refused:
            require(action, held)
        assert refused.value.facts == {"action": action.value, "roles_that_may": roles_for(action)}


@pytest.mark.parametrize("action", Action)
def test_nobody_without_a_role_does_anything(action: Action) -> None:
    assert not allows(action, [])


@pytest.mark.parametrize(("action", "one", "other"), list(product(Action, Role, Role)))
def test_two_roles_together_may_what_one_of_them_may(action: Action, one: Role, other: Role) -> None:
    held = [HeldRole(one, 0), HeldRole(other, 1)]
    assert allows(action, held) == (allows(action, held[:1]) or allows(action, held[1:]))


def test_a_grassroots_office_changes_its_cells_but_not_itself() -> None:
    assert allows(Action.CHANGE_ORGANIZATION, [HeldRole(Role.GRASSROOTS_OFFICE, 1)])
    assert not allows(Action.CHANGE_ORGANIZATION, [HeldRole(Role.GRASSROOTS_OFFICE, 0)])


def test_an_admin_sees_no_contents_and_those_who_see_contents_give_no_grants() -> None:
    of_content = set(Action) - {
        Action.READ_GRANT,
        Action.MANAGE_GRANT,
        Action.MANAGE_MACHINE_CLIENT,
        Action.VERIFY,
    }
    assert not any(Role.ADMIN in TABLE[action] for action in of_content)
    for action in (Action.MANAGE_GRANT, Action.MANAGE_MACHINE_CLIENT):
        assert not OFFICES_WITH_CONTENT & set(TABLE[action])


def test_an_auditor_reads_and_writes_nothing() -> None:
    may = {action for action in Action if Role.AUDITOR in TABLE[action]}
    assert may == {
        Action.READ_ORGANIZATION,
        Action.READ_MEMBER,
        Action.READ_RECORDED_READ,
        Action.READ_RESTRUCTURING,
        Action.READ_TRANSFER,
        Action.READ_HOLD,
        Action.READ_NOTICE,
        Action.READ_OPERATION,
        Action.READ_POLICY_EDIT,
        Action.READ_GRANT,
        Action.VERIFY,
    }


def test_the_same_issuer_and_subject_are_the_same_actor_and_no_others_are() -> None:
    assert actor_of("https://a", "b").id == actor_of("https://a", "b", "A name").id
    assert actor_of("https://a", "b c").id != actor_of("https://a b", "c").id


@pytest.mark.parametrize(
    ("others", "allowed"),
    [
        ([], False),
        ([Period(date(2020, 1, 1))], True),
        ([Period(date(2020, 1, 1), date(2025, 1, 1))], False),
        ([Period(date(2020, 1, 1), date(2025, 1, 1)), Period(date(2025, 1, 1))], True),
        ([Period(date(2024, 6, 2))], False),
        ([Period(date(2020, 1, 1), TODAY)], False),
    ],
)
def test_the_last_admin_of_the_register_stays_on_every_day_to_come(
    others: list[Period], allowed: bool
) -> None:
    lost = [Period(TODAY)]
    if allowed:
        check_admin_remains(lost, others, TODAY)
    else:
        with pytest.raises(RuleBroken) as refused:
            check_admin_remains(lost, others, TODAY)
        assert refused.value.rule == "R-ACC-1"


def test_days_that_are_over_need_no_admin() -> None:
    check_admin_remains([Period(date(2023, 1, 1), TODAY)], [], TODAY)
