"""HTTP building blocks: ETag, Idempotency-Key, problem+json, request bodies."""
