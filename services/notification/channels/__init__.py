"""Adapters to the providers' documented protocols."""
