"""Scale: one exam year with ten thousand and with a million declarations, side by side."""
