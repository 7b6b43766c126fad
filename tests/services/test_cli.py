"""The command line: what a command prints stands alone on standard output."""

import subprocess
import sys

LOGGING = """
import structlog
from app.cli import app

@app.command("say")
def say() -> None:
    structlog.get_logger().warning("policy_edits_kept")
    print("token")

app(["say"])
"""


def test_what_is_logged_goes_to_standard_error() -> None:
    said = subprocess.run([sys.executable, "-c", LOGGING], capture_output=True, text=True, check=True)
    assert said.stdout == "token\n"
    assert "policy_edits_kept" in said.stderr
