"""Reads Chinese resident ID cards from photos, offline: a pure pipeline without web, database or broker. Import its
modules directly: only the ocr role and the `recognise` command may load the models and what they need."""
