"""Declarations: drafting, eligibility, submission, review, evaluation, lists, status."""
