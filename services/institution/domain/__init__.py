"""Rules of institutions and exam bodies: no I/O, no clock."""
