"""Announcements of moved dates: order, count, tell slice by slice, finish; pause, resume, cancel (P16)."""
