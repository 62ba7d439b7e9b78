"""Postgres. The only room that knows psycopg, and the only one with SQL."""
