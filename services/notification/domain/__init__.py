"""Rules of notification without input or output."""
