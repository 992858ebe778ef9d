"""Routes, handlers and schemas."""
