"""Ways to break the data, by subject, each with the check that must see it."""

from breaches import bodies, cases, facts_of_tables, members, organizations, restructurings
from breaches.breaking import BREACHES, Break, Breaker

__all__ = [
    "BREACHES",
    "Break",
    "Breaker",
    "bodies",
    "cases",
    "facts_of_tables",
    "members",
    "organizations",
    "restructurings",
]
