"""Bodies, queries and answers, by subject."""
