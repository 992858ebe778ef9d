"""What identity hears from others."""
