"""The command line: what a command prints stands alone on standard output."""

import os
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


def test_settings_that_cannot_be_are_named_by_their_variables() -> None:
    wrong = {"PORT": "-1", "DANGBO_TIME_ZONE": "Mars/One"}
    said = subprocess.run(
        [sys.executable, "-m", "app.cli", "verify"], capture_output=True, text=True, env=os.environ | wrong
    )
    assert (said.returncode, said.stdout) == (1, "")
    (line,) = said.stderr.splitlines()
    assert "PORT: " in line and "DANGBO_TIME_ZONE: invalid timezone" in line
