"""Postgres and Valkey from wheels, started in the data folder when no server is configured."""
