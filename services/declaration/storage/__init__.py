"""Typed queries, one module per table."""
