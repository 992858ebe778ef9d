"""Supervisors: list, change, deactivate."""
