"""What at least three services use, and nothing else. Imports no service."""
