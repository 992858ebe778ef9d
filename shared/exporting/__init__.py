"""Exports: files that are made beside the request, under leases, and expire; who took what is on record (B8, V69)."""
