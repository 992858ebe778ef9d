"""HTTP: the route table, handlers, schemas."""
