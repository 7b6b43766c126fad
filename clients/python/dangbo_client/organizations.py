"""Organizations: the tree as of any day, and what is recorded of its nodes."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, Unpack

from dangbo_client.lists import Listing
from dangbo_client.organization_diff import Differences, DiffItem
from dangbo_client.organization_shapes import (
    Ancestor,
    Child,
    CorrectedOrganization,
    Organization,
    OrganizationFact,
    OrganizationItem,
    Tree,
)
from dangbo_client.sending import Sender, document_of, tagged
from dangbo_client.shapes import Day, Instant, read
from dangbo_client.summary import Summary
from dangbo_client.writing import Decision, act, correction


class OrganizationFacts(TypedDict, total=False):
    """What a change can say. What is left out stays as it is; None ends it (a name cannot end)."""

    name: str
    name_en: str | None
    code: str | None
    sector: str | None
    authorised_to_admit_and_expel: bool | None
    delegated_upper_powers: bool | None


class Organizations:
    """`client.organizations`. `on` defaults to today, `known_at` to now."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def list(
        self,
        *,
        within: str | None = None,
        parent: str | None = None,
        type: Sequence[str] = (),
        level: str | None = None,
        grassroots: bool | None = None,
        sector: str | None = None,
        q: str | None = None,
        id: Sequence[str] = (),
        system: str | None = None,
        external_id: str | None = None,
        on: Day | None = None,
        known_at: Instant | None = None,
    ) -> Listing[OrganizationItem]:
        """Organizations alive on a day, by name; `q` is part of a name, accents and case disregarded."""
        asked = {
            "within": within,
            "parent": parent,
            "type": type,
            "level": level,
            "grassroots": grassroots,
            "sector": sector,
            "q": q,
            "id": id,
            "system": system,
            "external_id": external_id,
            "on": on,
            "known_at": known_at,
        }
        return Listing(self._sender, ("organizations",), asked, OrganizationItem)

    def get(
        self, organization_id: str, *, on: Day | None = None, known_at: Instant | None = None
    ) -> Organization:
        """One organization on a day; on its last day, with `ended_on`, where it has ended."""
        answer = self._sender.get(("organizations", organization_id), {"on": on, "known_at": known_at})
        return read(Organization, tagged(answer))

    def by_code(self, code: str, *, on: Day | None = None, known_at: Instant | None = None) -> Organization:
        """The organization that bears a code on a day; `Gone` for a retired code without a day."""
        answer = self._sender.get(
            ("organizations", "by-code"), {"code": code, "on": on, "known_at": known_at}
        )
        return read(Organization, tagged(answer))

    def children(
        self, organization_id: str, *, on: Day | None = None, known_at: Instant | None = None
    ) -> Listing[Child]:
        """Its children on a day, by name, with the counts of their branches."""
        asked = {"on": on, "known_at": known_at}
        return Listing(self._sender, ("organizations", organization_id, "children"), asked, Child)

    def ancestors(
        self, organization_id: str, *, on: Day | None = None, known_at: Instant | None = None
    ) -> Listing[Ancestor]:
        """The organizations above one on a day, the root first."""
        asked = {"on": on, "known_at": known_at}
        return Listing(self._sender, ("organizations", organization_id, "ancestors"), asked, Ancestor)

    def tree(
        self,
        organization_id: str,
        *,
        depth: int = 2,
        on: Day | None = None,
        known_at: Instant | None = None,
    ) -> Tree:
        """An organization and up to 2,000 below it, nested to a depth of 1 to 6 levels, with their counts."""
        asked = {"depth": depth, "on": on, "known_at": known_at}
        return read(Tree, document_of(self._sender.get(("organizations", organization_id, "tree"), asked)))

    def summary(
        self, organization_id: str, *, on: Day | None = None, known_at: Instant | None = None
    ) -> Summary:
        """Members of the subtree by standing, activity, sex and age; its organizations by type and size."""
        asked = {"on": on, "known_at": known_at}
        path = ("organizations", organization_id, "summary")
        return read(Summary, document_of(self._sender.get(path, asked)))

    def history(
        self, organization_id: str, *, superseded: bool = False, known_at: Instant | None = None
    ) -> Listing[OrganizationFact]:
        """Its facts: when each was true, who said so when; with `superseded` also what was taken back."""
        asked = {"superseded": superseded, "known_at": known_at}
        path = ("organizations", organization_id, "history")
        return Listing(self._sender, path, asked, OrganizationFact)

    def diff(
        self, organization_id: str, *, from_: Day, to: Day, known_at: Instant | None = None
    ) -> Differences:
        """What became of a subtree between two days: begun, ended, moved, renamed, retyped, recoded."""
        asked = {"from": from_, "to": to, "known_at": known_at}
        return Differences(self._sender, ("organizations", organization_id, "diff"), asked, DiffItem)

    def change(
        self,
        organization: Organization,
        *,
        effective_on: Day,
        reason: str | None = None,
        decisions: Sequence[Decision] = (),
        **facts: Unpack[OrganizationFacts],
    ) -> Organization:
        """Record what becomes true from a day on; `Stale` if it was changed since `organization` was read."""
        document = act(reason, decisions, {"effective_on": effective_on, **facts})
        path = ("organizations", organization.id, "changes")
        return read(Organization, tagged(self._sender.post(path, document, if_match=organization.etag)))

    def correct(
        self,
        organization: Organization,
        fact: str,
        value: Mapping[str, Any] | None,
        *,
        from_: Day,
        to: Day | None = None,
        reason: str,
        evidence: str | None = None,
        system: str | None = None,
        kind: str | None = None,
    ) -> CorrectedOrganization:
        """Correct a fact recorded in error from a day up to, not including, another; None strikes it out.

        `fact` is name, placement, type, code, sector, opening, authority (of a `kind`), or
        external_id (of a `system`).
        """
        document = correction(fact, value, from_, to, reason, evidence, system=system, kind=kind)
        path = ("organizations", organization.id, "corrections")
        answer = self._sender.post(path, document, if_match=organization.etag)
        return read(CorrectedOrganization, tagged(answer, "organization"))
