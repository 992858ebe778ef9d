"""Printing: the qualified list and the evaluation certificate as PDF, set by typst in a capped child process."""
