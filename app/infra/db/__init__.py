"""The database: the embedded server, and what sessions and tables are made of."""
