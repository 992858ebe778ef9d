"""PostgreSQL: pool, typed transactions whose commit carries events and audit rows, migrations, rate limits."""
