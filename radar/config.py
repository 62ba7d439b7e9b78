"""Environment and ``radar.toml`` to one frozen ``Config``."""
