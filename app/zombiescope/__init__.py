"""zombiescope: how many of a social account's followers are zombies, with an interval that can be defended."""

__version__ = "0.1.0"
