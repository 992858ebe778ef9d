"""Proving who a person is (4.1)."""
