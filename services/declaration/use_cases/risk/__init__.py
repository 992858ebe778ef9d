"""Signals of nominal affiliation: looked for by a job, listed for exam bodies, decided by them (8.2)."""
