"""What this service hears from its neighbours."""
