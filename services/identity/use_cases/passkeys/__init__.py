"""Passkeys of staff: registering, naming, removing and using them (V11)."""
