"""Codes, sessions and their tokens."""
