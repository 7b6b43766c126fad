"""What must hold of restructurings, as SQL for `verify`: who took which step, from where to where; where rolls go."""

from app.domain.access import MACHINE_ISSUER
from app.domain.restructuring.lifecycle import SECOND_PERSON, STEPS, RestructuringState, RestructuringStep
from app.domain.steps import Who

_ENDS_ARE_MET = (RestructuringStep.CONSENT, RestructuringStep.APPROVE)
"""Steps that lead on only once the word of all is on record."""

_AGREED = (*_ENDS_ARE_MET, RestructuringStep.APPLY)
"""Steps that name the digest of what was submitted."""


def _words(*words: str) -> str:
    return ", ".join(f"'{one}'" for one in sorted(words))


_WAYS = {
    (before.value, rule.step.value, after.value)
    for rule in STEPS
    for before in rule.before
    for after in ((before, rule.after) if rule.step in _ENDS_ARE_MET else (rule.after,))
}
_TABLE = ", ".join(
    f"({_words(before)}, {_words(step)}, {_words(after)})" for before, step, after in sorted(_WAYS)
)
_OF_PERSONS = _words(*(rule.step for rule in STEPS if rule.who is not Who.PROPOSER))

BY_TWO_PERSONS = f"""
    SELECT one.id AS offender FROM restructuring one LEFT JOIN operation said ON said.id = one.operation_id
    WHERE one.proposer_id IS DISTINCT FROM said.actor_id
    UNION ALL
    SELECT s.restructuring_id FROM restructuring_step s
    LEFT JOIN restructuring one ON one.id = s.restructuring_id
    LEFT JOIN operation said ON said.id = s.operation_id LEFT JOIN actor ON actor.id = s.actor_id
    LEFT JOIN LATERAL (
        SELECT asked.actor_id FROM restructuring_step asked
        WHERE asked.restructuring_id = s.restructuring_id AND asked.n < s.n
          AND asked.step = '{RestructuringStep.PROPOSE_ANNULMENT.value}' ORDER BY asked.n DESC LIMIT 1
    ) annulment ON s.step = '{RestructuringStep.ANNUL.value}'
    WHERE said.actor_id IS DISTINCT FROM s.actor_id
       OR s.step IN ({_words(*SECOND_PERSON)})
          AND s.actor_id IN (s.proposer_id, coalesce(annulment.actor_id, one.proposer_id))
       OR s.step NOT IN ({_OF_PERSONS}) AND s.actor_id IS DISTINCT FROM one.proposer_id
       OR s.step IN ({_OF_PERSONS}) AND actor.issuer IS NOT DISTINCT FROM '{MACHINE_ISSUER}'"""
"""Whose step it is by the table, and by its operation; who agrees is another person than who proposed it."""

COURSE = f"""
    SELECT restructuring_id AS offender FROM (
        SELECT restructuring_id, step, state, n, revision, digest,
               lag(state, 1, '{RestructuringState.DRAFT.value}') OVER course AS before,
               row_number() OVER course AS place, (
                   SELECT asked.digest FROM restructuring_step asked
                   WHERE asked.restructuring_id = s.restructuring_id AND asked.n < s.n
                     AND asked.step = '{RestructuringStep.SUBMIT.value}' ORDER BY asked.n DESC LIMIT 1
               ) AS submitted,
               1 + count(*) FILTER (WHERE step = '{RestructuringStep.EDIT.value}') OVER course AS revised
        FROM restructuring_step s WINDOW course AS (PARTITION BY restructuring_id ORDER BY n)
    ) taken
    WHERE (before, step, state) NOT IN ({_TABLE}) OR n <> place OR revision <> revised
       OR step IN ({_words(*_AGREED)}) AND digest IS DISTINCT FROM submitted
    UNION ALL
    SELECT id FROM restructuring one
    WHERE NOT EXISTS (SELECT FROM restructuring_revision r WHERE r.restructuring_id = one.id AND r.n = 1)"""
"""Steps follow their table one by one; only an edit makes another revision; what is agreed to is what was submitted."""

ROLL_DESTINATION = """
    SELECT d.cell_id AS offender FROM roll_destination d LEFT JOIN cell_life life ON life.cell_id = d.destination_id
    WHERE d.superseded_by IS NULL AND d.destination_id IS NOT NULL
      AND NOT coalesce(life.days, '{}') @> lower(d.valid)"""
"""Who is found later goes where members can be on the day."""
