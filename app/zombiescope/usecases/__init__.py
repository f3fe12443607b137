"""The use cases behind the command line, the service and the client: audit, score, rank, label."""
