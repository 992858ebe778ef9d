"""Where a declaration stands, and what happens to it right now."""
