"""Versioned events, one module per producing service. Imports pydantic and shared.ids only."""
