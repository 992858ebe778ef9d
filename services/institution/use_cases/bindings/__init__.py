"""Bindings: preview, bind, change, end, release."""
