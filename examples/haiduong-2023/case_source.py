"""Reading the tables in `source/` that the case is made from."""

import csv
from dataclasses import dataclass
from pathlib import Path
from random import Random

SOURCE = Path(__file__).parent / "source"
SEED = "haiduong-2023"


def read(table: str) -> list[dict[str, str]]:
    """The rows of one source table, by column name."""
    with (SOURCE / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def chance(*names: str) -> Random:
    """A stream of chance for one subject, so that a change to it leaves the other subjects alone."""
    return Random("/".join((SEED, *names)))


@dataclass(frozen=True)
class Words:
    """Words with weights, written `word:weight;word:weight`."""

    words: tuple[str, ...]
    weights: tuple[int, ...]

    @classmethod
    def parse(cls, text: str) -> "Words":
        pairs = [pair.rsplit(":", 1) for pair in text.split(";") if pair]
        return cls(tuple(word for word, _ in pairs), tuple(int(weight) for _, weight in pairs))

    def draw(self, random: Random) -> str:
        """One word, by weight; the empty word when there are none."""
        return random.choices(self.words, self.weights)[0] if self.words else ""
