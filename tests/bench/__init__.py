"""Benchmarks: what is measured, how, and the figures. Never a timed test."""
