"""Exam years and their dates."""
