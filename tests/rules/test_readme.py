"""What the READMEs show, pasted from top to bottom beside a fresh demo: commands, and the client's Python."""

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


CLIENT_README = (ROOT / "clients" / "python" / "README.md").read_text("utf-8")


def _blocks(text: str, language: str) -> str:
    return "\n".join(re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE))


def _commands() -> str:
    section = re.search(
        r"^## Use\n(.*?)^## ", (ROOT / "README.md").read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    assert section
    return _blocks(section[1], "sh")


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
        process.wait(120)
        process.stdout.close()


@pytest.mark.skipif(shutil.which("curl") is None, reason="the README's commands need curl")
def test_every_command_of_the_readme_succeeds(demo: dict[str, str]) -> None:
    ran = subprocess.run(
        ["bash", "-c", STRICT + _commands()], cwd=ROOT, env=demo, capture_output=True, text=True, timeout=500
    )
    assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr[-2000:]
    assert '"changes":["renamed"]' in ran.stdout  # the difference shows what was changed
    assert '"code":"unknown_word"' in ran.stdout  # the import's errors show what is wrong


def test_the_python_of_the_client_runs_from_top_to_bottom(demo: dict[str, str], tmp_path: Path) -> None:
    script = tmp_path / "readme.py"
    script.write_text(_blocks(CLIENT_README, "python"), encoding="utf-8")
    run = f"\ncd {tmp_path}\n{sys.executable} {script}"
    ran = subprocess.run(
        ["bash", "-c", STRICT + _blocks(CLIENT_README, "sh") + run],
        cwd=ROOT, env=demo, capture_output=True, text=True, timeout=500,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr[-2000:]
    assert "1 created, 0 changed" in ran.stdout
    assert re.search(r"loaded=0, unchanged=\d+, duplicate=0, held=0", ran.stdout)
