"""The command line: ``radar ...``."""
