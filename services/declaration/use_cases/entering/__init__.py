"""Records that an institution enters for its people, and what the people make of them (B3)."""
