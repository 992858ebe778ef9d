"""Suspending, resuming, merging and closing institutions; their bindings follow by themselves (4.2, 4.3)."""
