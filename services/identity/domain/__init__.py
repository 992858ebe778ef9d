"""Rules of identity: states, numbers, limits. No input or output."""
