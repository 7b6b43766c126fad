"""What asks for a reorganization on a day, or allows one."""

from collections.abc import Sequence
from dataclasses import dataclass

from dangbo_client.lists import Listing
from dangbo_client.resource import Resource, reads
from dangbo_client.shapes import Day, Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeCandidate:
    """An organization with which another one could merge."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One thing found of an organization or a committee of it: who `must` or `may` act, by which rule, with whom."""

    organization_id: str
    code: str | None
    name: str
    name_en: str | None
    type: str
    kind: str
    obligation: str
    rule: str
    source: str
    value: int
    number: int
    committee_id: str | None
    measure: str | None
    becomes: str | None
    candidates: tuple[MergeCandidate, ...]


class RestructuringSuggestions(Resource):
    """`client.restructuring_suggestions`. `on` defaults to today, `known_at` to now."""

    @reads("restructuring-suggestions")
    def list(
        self,
        *,
        within: str | None = None,
        kind: Sequence[str] = (),
        on: Day | None = None,
        known_at: Instant | None = None,
    ) -> Listing[Suggestion]:
        """What is found of the organizations within reach, by name."""
