"""Handing in, and what is checked then."""
