"""Follower lists as people have them, each with the records that it must give. Made up; nobody in them is real."""
