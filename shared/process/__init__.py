"""What a role needs around its work: start, stop signals, health, scheduled work."""
