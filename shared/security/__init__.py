"""Field encryption, blind indexes, access tokens."""
