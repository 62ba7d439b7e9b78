"""My Business Radar: finds public requests for help and writes them to Postgres."""

__version__ = "0.1.0"
