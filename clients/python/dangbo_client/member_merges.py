"""Two records of one person made one, and made two again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dangbo_client.lists import Listing
from dangbo_client.members import Member
from dangbo_client.sending import Sender, tagged
from dangbo_client.shapes import Instant, read
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


class Merges:
    """`client.merges`."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def list(self, member_id: str, *, known_at: Instant | None = None) -> Listing[Merge]:
        """The records that were made part of a member's."""
        return Listing(self._sender, ("members", member_id, "merges"), {"known_at": known_at}, Merge)

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
        path = ("members", survivor.id, "merges")
        return read(MergedMember, tagged(self._sender.post(path, document, if_match=survivor.etag), "member"))

    def reverse(self, survivor: Member, merge_id: str, *, reason: str) -> MergedMember:
        """Make two records again of one, while no later act has changed either."""
        path = ("members", survivor.id, "merges", merge_id, "reversals")
        answer = self._sender.post(path, {"reason": reason}, if_match=survivor.etag)
        return read(MergedMember, tagged(answer, "member"))
