"""What neighbours lost is told again (M11)."""
