"""Machine clients and their sessions."""
