"""Exam bodies: create."""
