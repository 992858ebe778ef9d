"""What the unit does with what was handed in."""
