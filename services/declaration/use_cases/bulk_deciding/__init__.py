"""Decisions about many submissions: receive, check, start, carry out row by row, hand the results back."""
