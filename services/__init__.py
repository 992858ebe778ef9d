"""The four services; each is a bounded context with its own schema, bucket and broker user."""
