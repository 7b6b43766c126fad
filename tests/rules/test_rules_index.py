"""`docs/rules.md` names every rule that code, policies, messages and the example name, and no other."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
RULE = re.compile(r"R-[A-Z]+-\d+")
ROW = re.compile(rf"^\| ({RULE.pattern}) \| (.+) \| (.+) \| (.+) \|$", re.MULTILINE)
ROWS = ROW.findall((ROOT / "docs" / "rules.md").read_text("utf-8"))


def test_the_index_holds_every_rule_that_is_named_and_no_other() -> None:
    named = {
        rule
        for place in ("app", "alembic", "examples")
        for kind in ("py", "toml", "md")
        for file in (ROOT / place).rglob(f"*.{kind}")
        for rule in RULE.findall(file.read_text("utf-8"))
    }
    listed = [rule for rule, *_ in ROWS]
    assert sorted(named) == sorted(listed)


def test_every_rule_is_kept_in_files_that_exist() -> None:
    for rule, _, _, kept in ROWS:
        files = re.findall(r"`([^`]+)`", kept)
        assert files, rule
        assert all((ROOT / file).is_file() for file in files), rule
