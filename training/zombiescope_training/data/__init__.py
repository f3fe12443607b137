"""Published and user-supplied labelled sets: readers and the training table."""
