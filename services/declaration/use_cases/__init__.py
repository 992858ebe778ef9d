"""Business verbs, one per file."""
