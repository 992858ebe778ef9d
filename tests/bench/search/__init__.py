"""How long a search of institutions takes, in a small and in a large library."""
