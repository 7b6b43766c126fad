"""The systems by whose ids organizations and members are named: those of others, and this register itself."""

OWN_SYSTEM = "dangbo"
"""This register: its ids are those of the records themselves. Nobody registers an id under this name."""
