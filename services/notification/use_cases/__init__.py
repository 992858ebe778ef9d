"""One business verb per file."""
