"""Institutions: issue, activate, complete the profile."""
