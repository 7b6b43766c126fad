"""The nation, where an organization could stand: rows that rule everywhere, numbers that are unique everywhere."""

from uuid import UUID

NATION = UUID(int=0)
