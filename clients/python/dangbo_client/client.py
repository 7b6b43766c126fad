"""The client: one register, one credential, everything the register offers."""

import os
from collections.abc import Mapping
from types import TracebackType
from typing import Self

import httpx

from dangbo_client.access import Grants, Me
from dangbo_client.ballots import Ballots
from dangbo_client.catalogues import CatalogueReader
from dangbo_client.committees import Committees
from dangbo_client.correction_proposals import CorrectionProposals
from dangbo_client.directory import Directory
from dangbo_client.holds import Holds
from dangbo_client.imports import Imports
from dangbo_client.machine_clients import MachineClients
from dangbo_client.meetings import Meetings
from dangbo_client.member_acts import MemberActs
from dangbo_client.member_distinctions import Distinctions
from dangbo_client.member_merges import Merges
from dangbo_client.members import Members
from dangbo_client.notices import Notices
from dangbo_client.operations import Operations
from dangbo_client.organizations import Organizations
from dangbo_client.paper_distinctions import PaperDistinctions
from dangbo_client.policies import Policies
from dangbo_client.policy_edits import PolicyEdits
from dangbo_client.problems import DangboError
from dangbo_client.reads import Reads
from dangbo_client.restructuring_suggestions import RestructuringSuggestions
from dangbo_client.restructurings import Restructurings
from dangbo_client.seats import Seats
from dangbo_client.sending import Patience, Sender, answered
from dangbo_client.transfers import Transfers
from dangbo_client.verify import Report
from dangbo_client.vocabularies import Word, vocabularies

SLOWEST_ANSWER_SECONDS = 70.0
"""The register itself gives up a question after 60 seconds."""


class Client:
    """Works with the register at `url`, signed in with `token`: an access token, or an API key `dangbo_…`.

    Both may come from the environment instead: DANGBO_URL and DANGBO_TOKEN. Words come in `language` (`vi` or
    `en`). Use it in a `with` statement, or `close()` it; threads may share it.
    """

    def __init__(
        self,
        url: str | None = None,
        token: str | None = None,
        *,
        language: str = "vi",
        patience: Patience = Patience(),  # noqa: B008 - immutable
        timeout: float = SLOWEST_ANSWER_SECONDS,
    ) -> None:
        self._http = httpx.Client(
            base_url=url or _from_environment("DANGBO_URL"),
            headers={
                "Authorization": f"Bearer {token or _from_environment('DANGBO_TOKEN')}",
                "Accept": "application/json",
                "Accept-Language": language,
                "User-Agent": "dangbo-client",
            },
            timeout=httpx.Timeout(timeout, connect=10.0),
        )
        self._sender = Sender(self._http, patience)
        self.organizations = Organizations(self._sender)
        self.restructuring_suggestions = RestructuringSuggestions(self._sender)
        self.members = Members(self._sender)
        self.member_acts = MemberActs(self._sender)
        self.correction_proposals = CorrectionProposals(self._sender)
        self.distinctions = Distinctions(self._sender)
        self.paper_distinctions = PaperDistinctions(self._sender)
        self.merges = Merges(self._sender)
        self.notices = Notices(self._sender)
        self.ballots = Ballots(self._sender)
        self.committees = Committees(self._sender)
        self.seats = Seats(self._sender)
        self.transfers = Transfers(self._sender)
        self.holds = Holds(self._sender)
        self.meetings = Meetings(self._sender)
        self.imports = Imports(self._sender)
        self.restructurings = Restructurings(self._sender)
        self.operations = Operations(self._sender)
        self.reads = Reads(self._sender)
        self.directory = Directory(self._sender)
        self.policies = Policies(self._sender)
        self.policy_edits = PolicyEdits(self._sender)
        self.catalogues = CatalogueReader(self._sender)
        self.grants = Grants(self._sender)
        self.machine_clients = MachineClients(self._sender)

    def me(self) -> Me:
        """Who you are to the register, and what you hold today."""
        return answered(Me, self._sender.get(("me",)))

    def vocabularies(self) -> Mapping[str, Mapping[str, Word]]:
        """Words for every enumeration, in Vietnamese and English: `["standing"]["official"].vi`."""
        return vocabularies(self._sender)

    def verify(self) -> Report:
        """Check everything recorded, in one snapshot; may take long on a large register."""
        return answered(Report, self._sender.get(("verify",)))

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Client({self._http.base_url!r})"


def _from_environment(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise DangboError(f"{name} is not set, and nothing was given instead")
    return value
