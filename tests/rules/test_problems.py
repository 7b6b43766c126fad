"""The kinds of refusals, as the README tells them."""

import re
from pathlib import Path

from app.errors import STATUS

ROW = re.compile(r"^\| (`[^|]+`) \| ([\d, ]+) \| .+ \|$", re.MULTILINE)


def test_the_readme_names_every_kind_of_problem_with_its_status() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    told = {
        kind: {int(one) for one in statuses.split(",")}
        for kinds, statuses in ROW.findall(readme)
        for kind in re.findall(r"`([a-z-]+)`", kinds)
    }
    assert told.keys() == STATUS.keys()
    for kind, status in STATUS.items():
        assert status in told[kind]
