"""Staff accounts from invitation to login (4.8)."""
