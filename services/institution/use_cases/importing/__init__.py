"""Spreadsheets: receive, read and check, start, carry out row by row, hand the results back."""
