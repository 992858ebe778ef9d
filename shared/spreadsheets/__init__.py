"""Spreadsheets in and out: read in a capped child, written without anything that a program would calculate (V69)."""
