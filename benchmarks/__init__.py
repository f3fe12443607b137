"""Measurements that print a table of goals; each module runs as `python -m benchmarks.NAME`."""
