"""Passwords, one-time codes and tokens: the parts that hold threads or cached keys."""
