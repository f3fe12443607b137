"""API keys, page sessions and CSRF tokens."""
