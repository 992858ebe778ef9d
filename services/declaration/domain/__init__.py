"""Rules of the declaration service, without input or output."""
