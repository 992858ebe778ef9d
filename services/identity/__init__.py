"""Who people are: login, sessions, verified identities, staff accounts, machine clients, signing keys."""
