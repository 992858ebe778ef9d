"""Decision packets: ask for one, compose it, sign it."""
