"""The rules of an exam year, edited, tried out and published."""
