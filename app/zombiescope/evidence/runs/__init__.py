"""Runs in follow order whose members are too alike to have come by themselves."""
