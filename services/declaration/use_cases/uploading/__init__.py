"""Files that come in parts over a poor connection (A34, P17)."""
