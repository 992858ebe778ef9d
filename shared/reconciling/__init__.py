"""Reconcilers look every minute for what should agree and does not (M11); see ADR 0025."""
