"""Commands of python -m services.institution."""
