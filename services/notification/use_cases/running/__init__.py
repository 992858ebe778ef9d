"""What people who run the platform do with messages and deliveries."""
