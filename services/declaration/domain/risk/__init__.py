"""Signals of nominal affiliation (F1 to F18): pure rules, facts in, a finding or nothing out."""
