"""One module per table: the SQL and the rows."""
