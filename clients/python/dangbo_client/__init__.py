"""A client for scripts that work with the register of Party organizations and members."""

from dangbo_client.client import Client
from dangbo_client.policy_edits import EditedRow
from dangbo_client.problems import DangboError, Problem
from dangbo_client.sending import Patience
from dangbo_client.writing import Decision

__all__ = ["Client", "DangboError", "Decision", "EditedRow", "Patience", "Problem"]
