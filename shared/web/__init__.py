"""The HTTP edge: one route table with policy, limits, problem+json, idempotency keys, versions, cursors, OpenAPI."""
