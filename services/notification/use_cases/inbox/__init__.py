"""The inbox, live."""
