"""The commands of the README's section "Use", pasted from top to bottom into a shell beside a fresh demo."""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# A refusal of the service ends the shell, like every other failure.
STRICT = 'set -euo pipefail\ncurl() { command curl --fail-with-body "$@"; }\n'
NOT_INHERITED = ("DATABASE_URL", "MAKEFLAGS", "MFLAGS", "ARGS", "ROLE", "ORGANIZATION")


def _commands() -> str:
    section = re.search(
        r"^## Use\n(.*?)^## ", (ROOT / "README.md").read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    assert section
    return "\n".join(re.findall(r"^```sh\n(.*?)^```$", section[1], re.DOTALL | re.MULTILINE))


@pytest.fixture
def environment() -> Iterator[dict[str, str]]:
    """Where the demo runs, on a port and in a directory of its own."""
    with (
        socket.create_server(("127.0.0.1", 0)) as free,
        tempfile.TemporaryDirectory(prefix="dangbo-readme-", ignore_cleanup_errors=True) as state,
    ):
        port = free.getsockname()[1]
        free.close()
        Path(state).chmod(0o755)  # the server's own user must reach its directory inside
        yield {name: one for name, one in os.environ.items() if name not in NOT_INHERITED} | {
            "DANGBO_STATE_DIR": state,
            "PORT": str(port),
            "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "clients" / "python"))),
        }


@pytest.fixture
def demo(environment: dict[str, str]) -> Iterator[dict[str, str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "demo"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    try:
        assert any(line.startswith("Serving at") for line in process.stdout)
        yield environment
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()


@pytest.mark.skipif(shutil.which("curl") is None, reason="the README's commands need curl")
def test_every_command_of_the_readme_succeeds(demo: dict[str, str]) -> None:
    ran = subprocess.run(
        ["bash", "-c", STRICT + _commands()], cwd=ROOT, env=demo, capture_output=True, text=True, timeout=120
    )
    assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr[-2000:]
    assert '"changes":["renamed"]' in ran.stdout  # the difference shows what was changed
    assert '"code":"unknown_word"' in ran.stdout  # the import's errors show what is wrong
