"""A client for scripts that work with the register of Party organizations and members."""

from dangbo_client.client import Client
from dangbo_client.problems import DangboError, Problem
from dangbo_client.sending import Patience

__all__ = ["Client", "DangboError", "Patience", "Problem"]
