"""Telling people in time of what ends: which step is due, once by a key, a batch per commit (P6, P12, B15)."""
