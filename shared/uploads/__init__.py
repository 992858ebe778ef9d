"""Uploaded files: received under a cap, recognised by content, made harmless in a capped child, scanned, named."""
