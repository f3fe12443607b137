"""Simulated follower lists with known truth: `python -m zombiescope_training.simulate` remakes data/sample."""
