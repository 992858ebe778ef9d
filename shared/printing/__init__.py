"""Printing: documents as PDF, set by typst in a capped child process. Templates and contents belong to services."""
