"""Notification: who hears of what, by which channel, once. Owns the in-app inbox and all deliveries."""
