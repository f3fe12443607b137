"""Dates: when followers followed, when their accounts were created, and when they post."""
