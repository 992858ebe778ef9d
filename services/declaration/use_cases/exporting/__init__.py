"""Exports: ask, gather part by part, write the file, hand it out, cancel, expire (B8, V69)."""
