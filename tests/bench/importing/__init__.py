"""Benchmark of imports from spreadsheets."""
