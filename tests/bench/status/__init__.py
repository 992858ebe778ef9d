"""What the national network gets, under measurement."""
