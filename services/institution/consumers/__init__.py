"""Events this service hears."""
