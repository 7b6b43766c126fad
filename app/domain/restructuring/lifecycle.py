"""How a restructuring goes: proposed by one, consented to and approved by others, applied, and perhaps taken back.

One table says every step. Any edit leads back to the draft, because what was agreed to is no more what is asked for.
"""

from enum import StrEnum

from app.domain.steps import Rule, Who


class RestructuringState(StrEnum):
    """Where a restructuring stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CONSENTED = "consented"
    APPROVED = "approved"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    APPLIED = "applied"
    ANNULMENT_PROPOSED = "annulment_proposed"
    ANNULLED = "annulled"
    REVERSED = "reversed"


class RestructuringStep(StrEnum):
    """What is done about a restructuring."""

    EDIT = "edit"
    SUBMIT = "submit"
    CONSENT = "consent"
    APPROVE = "approve"
    RETURN = "return"
    CANCEL = "cancel"
    APPLY = "apply"
    PROPOSE_ANNULMENT = "propose_annulment"
    ANNUL = "annul"
    KEEP = "keep"
    REVERSE = "reverse"
    REINSTATE = "reinstate"


_DRAFTS = frozenset({RestructuringState.DRAFT, RestructuringState.RETURNED})
AGREEING = frozenset(
    {RestructuringState.SUBMITTED, RestructuringState.CONSENTED, RestructuringState.APPROVED}
)
"""From the submission to the application: others have been asked for their word, or have given it."""

_APPLIED = frozenset({RestructuringState.APPLIED})
_ANNULLING = frozenset({RestructuringState.ANNULMENT_PROPOSED})

RestructuringRule = Rule[RestructuringStep, RestructuringState]

STEPS: tuple[RestructuringRule, ...] = (
    Rule(RestructuringStep.EDIT, _DRAFTS | AGREEING, RestructuringState.DRAFT, Who.PROPOSER),
    Rule(RestructuringStep.SUBMIT, _DRAFTS | AGREEING, RestructuringState.SUBMITTED, Who.PROPOSER),
    Rule(
        RestructuringStep.CONSENT,
        frozenset({RestructuringState.SUBMITTED}),
        RestructuringState.CONSENTED,
        Who.SECOND_PERSON,
    ),
    Rule(
        RestructuringStep.APPROVE,
        frozenset({RestructuringState.SUBMITTED, RestructuringState.CONSENTED}),
        RestructuringState.APPROVED,
        Who.SECOND_PERSON,
    ),
    Rule(RestructuringStep.RETURN, AGREEING, RestructuringState.RETURNED, Who.SECOND_PERSON),
    Rule(RestructuringStep.CANCEL, _DRAFTS | AGREEING, RestructuringState.CANCELLED, Who.PROPOSER),
    Rule(
        RestructuringStep.APPLY,
        frozenset({RestructuringState.APPROVED}),
        RestructuringState.APPLIED,
        Who.PERSON,
    ),
    Rule(RestructuringStep.REVERSE, _APPLIED, RestructuringState.REVERSED, Who.PERSON),
    # Where the document that reversed it is annulled, it holds again.
    Rule(
        RestructuringStep.REINSTATE,
        frozenset({RestructuringState.REVERSED}),
        RestructuringState.APPLIED,
        Who.PERSON,
    ),
    Rule(RestructuringStep.PROPOSE_ANNULMENT, _APPLIED, RestructuringState.ANNULMENT_PROPOSED, Who.PERSON),
    Rule(RestructuringStep.ANNUL, _ANNULLING, RestructuringState.ANNULLED, Who.SECOND_PERSON),
    Rule(RestructuringStep.KEEP, _ANNULLING, RestructuringState.APPLIED, Who.PERSON),
)
"""Every step that there is after the draft was made."""

SECOND_PERSON = frozenset(one.step for one in STEPS if one.who is Who.SECOND_PERSON)
"""Steps that the one who proposed what they agree to never takes (R-RS-9)."""
