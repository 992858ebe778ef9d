"""The message edge."""
