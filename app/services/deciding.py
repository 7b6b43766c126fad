"""What stands behind an act about a member, judged by the policies of its days; and its ballots, recorded."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from asyncpg import Connection

from app.domain.ballots import SHARES, BallotQuestion, BallotStep, check_ballot, check_chain, check_held_by
from app.domain.deciding import Body, Requirement
from app.domain.errors import FieldError, Invalid
from app.domain.finding import Finding, FindingCode
from app.domain.hierarchy import OrganizationType
from app.domain.period import Period
from app.domain.policy import Resolved
from app.models.member_acts import Decided
from app.queries import ballots as queries
from app.queries import facts, tree
from app.queries.facts import Wanted
from app.services import history
from app.services.history import Cause
from app.services.named_ballots import NamedBallot, named_ballots
from app.services.policies import Policies, hierarchies

_KEYS = ("vote.base_exclusions", "vote.max_rounds_before_escalation", *filter(None, SHARES.values()))


@dataclass(frozen=True, slots=True)
class Deciding:
    """A decided document with the bodies it names, as they stood on their days, and the policies of its cell."""

    document: Decided
    cell: Body
    bodies: dict[str, tuple[Body, int | None]]
    """By JSON pointer: the body, and how many official members its own roll had."""

    ballots: Sequence[NamedBallot]
    policies: Policies
    path: Sequence[UUID]

    @classmethod
    async def read(
        cls,
        connection: Connection,
        cause: Cause,
        document: Decided,
        on: date,
        cell_on: Callable[[date], UUID | None],
        *keys: str,
    ) -> "Deciding":
        """The same for an act that holds from a day on, with the rows of further policies.

        `cell_on` says on which cell's roll the member is. `Invalid` for a body that does not stand above it on its
        day, or votes at a step that is not its own. `RuleBroken` for a ballot after the act (R-VOTE-5).
        """
        cell_id = cell_on(on)
        assert cell_id is not None  # the act is on the days of a roll
        ballots = await named_ballots(connection, cause, document.ballots)
        for one in ballots:
            check_held_by(one.figures.held_on, on, one.dated)
        named = {one.named: (one.figures.organization_id, one.figures.held_on) for one in ballots}
        if document.decided_by is not None:
            named["/body/decided_by"] = (document.decided_by, on)
        asked = {(cell, key, day) for key, day in (*named.values(), (cell_id, on)) if (cell := cell_on(day))}
        rows = await queries.bodies(connection, list(asked))
        hierarchy_on = (await hierarchies(connection)).on

        def body(key: UUID, day: date) -> tuple[Body, int | None]:
            row = rows[key, day]
            level = hierarchy_on(day).types[OrganizationType(row["type"])].level
            return Body(row["depth"], level, row["authorised"]), row["official"]

        bodies = {pointer: body(*key) for pointer, key in named.items() if key in rows}
        wrong = [FieldError(pointer, "not_above_the_cell") for pointer in named if pointer not in bodies]
        for one in ballots:
            voted = bodies.get(one.named)
            if voted and not voted[0].holds(one.figures.step):
                wrong.append(FieldError(f"{one.pointer}/step", "step_of_another_body"))
        if wrong:
            raise Invalid(*wrong)
        paths = await tree.paths(connection, [cell_id], on)
        policies = await Policies.read(connection, *_KEYS, *keys)
        return cls(document, body(cell_id, on)[0], bodies, ballots, policies, paths[cell_id][::-1])

    def on(self, key: str, day: date) -> Resolved:
        """What a policy says for the cell on a day."""
        return self.policies.on(key, day, self.path)

    def judge(self, requirement: Requirement) -> list[Finding]:
        """Refuse where a vote did not carry or the body had no authority; what is not named is a finding."""
        held = sorted((one.figures for one in self.ballots), key=lambda one: one.held_on)
        for one in held:
            check_ballot(one.counted(), self.on("vote.base_exclusions", one.held_on))
        findings = []
        if held:
            last = held[-1].held_on
            shares: dict[BallotStep, Resolved] = {
                step: self.on(key, last) for step, key in SHARES.items() if key is not None
            }
            most_rounds = self.on("vote.max_rounds_before_escalation", last)
            findings += check_chain([one.counted() for one in held], shares, most_rounds)
        if decider := self.bodies.get("/body/decided_by"):
            requirement.check_decider(decider[0])
        findings += requirement.findings(self.cell, [one.counted() for one in held], self.document.decisions)
        return findings + self._miscounted()

    def _miscounted(self) -> list[Finding]:
        """Cells that summoned another number of official members than stood on their roll (R-VOTE-2)."""
        found = []
        for one in self.ballots:
            _, official = self.bodies[one.named]
            figures = one.figures
            if figures.step is BallotStep.CELL and official not in (None, figures.summoned):
                source = self.on("vote.base_exclusions", figures.held_on).source
                found.append(
                    Finding("R-VOTE-2", FindingCode.SUMMONED_DIFFERS, official, source, figures.held_on)
                )
        return found


async def record(
    connection: Connection,
    operation_id: UUID,
    question: BallotQuestion,
    member_id: UUID,
    ballots: Sequence[NamedBallot],
) -> None:
    """Write ballots on a member as facts of the operation."""
    wanted = []
    for one in ballots:
        figures = one.figures
        values = {
            "question": question.value,
            "member_id": member_id,
            "step": figures.step.value,
            "organization_id": figures.organization_id,
            "summoned": figures.summoned,
            "left_out": {hindrance.value: number for hindrance, number in figures.left_out.items()},
            "in_favour": figures.in_favour,
            "meeting_id": one.meeting_id,
        }
        wanted.append(Wanted((history.new_id(),), Period.of_day(figures.held_on), values))
    await facts.overwrite(connection, facts.BALLOT, operation_id, wanted)
