"""The audit chain under measurement."""
