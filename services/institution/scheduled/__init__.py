"""Scheduled work of the worker role; each run opens its own transactions."""
