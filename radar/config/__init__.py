"""Environment and ``radar.toml`` to one frozen ``Config``; ``os.environ`` is read in here only."""

from radar.config.loading import Config, Privacy, load

__all__ = ["Config", "Privacy", "load"]
