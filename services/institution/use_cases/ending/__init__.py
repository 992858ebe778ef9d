"""Suspending, resuming, merging and closing institutions, with what it does to their people (4.2, 4.3)."""
