"""One module a step; each is history and imports nothing of the tables of today."""
