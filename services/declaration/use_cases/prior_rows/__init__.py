"""Earlier rows: what was said of them, who confirms them, and what voids a confirmation (4.5)."""
