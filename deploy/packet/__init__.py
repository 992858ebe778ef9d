"""What whoever holds a decision packet needs to verify it without the system."""
