"""Two records of one person made one, and made two again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dangbo_client.lists import Listing
from dangbo_client.member_shapes import Member
from dangbo_client.resource import Resource, reads, writes
from dangbo_client.shapes import Instant
from dangbo_client.writing import Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """A record that was made part of another."""

    id: str
    survivor_id: str
    duplicate_id: str
    reason: str | None
    merged_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedMember:
    """The record after a merge, or after one was taken back."""

    merge_id: str
    member: Member


class Merges(Resource):
    """`client.merges`."""

    @reads("members/{member_id}/merges")
    def list(self, member_id: str, *, known_at: Instant | None = None) -> Listing[Merge]:
        """The records that were made part of a member's."""

    def merge(
        self,
        survivor: Member,
        duplicate: Member,
        *,
        reason: str,
        keep: Sequence[str] = (),
        decisions: Sequence[Decision] = (),
    ) -> MergedMember:
        """Make one record of two; `keep`: the kinds of facts of which the survivor is right."""
        document = {
            "duplicate_id": duplicate.id,
            "duplicate_version": duplicate.version,
            "keep": keep,
            "reason": reason,
            "decisions": decisions,
        }
        return self._write(MergedMember, ("members", survivor.id, "merges"), document, survivor)

    @writes("members/{survivor}/merges/{merge_id}/reversals")
    def reverse(self, survivor: Member, merge_id: str, *, reason: str) -> MergedMember:
        """Make two records again of one, while no later act has changed either."""
