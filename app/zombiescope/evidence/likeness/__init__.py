"""Followers alike in handles, bios or posts."""
