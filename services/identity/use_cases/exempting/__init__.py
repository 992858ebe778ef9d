"""Declaring on another channel (A17, A18)."""
