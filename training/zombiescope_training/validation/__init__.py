"""Validation on accounts, vendors and studies left out of training."""
