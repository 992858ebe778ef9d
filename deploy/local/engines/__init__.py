"""One module per engine: how it is configured, started, found ready and stopped."""
