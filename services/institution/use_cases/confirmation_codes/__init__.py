"""Confirmation codes: try, show, rotate."""
