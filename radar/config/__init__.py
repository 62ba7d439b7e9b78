"""Environment and ``radar.toml`` to one frozen ``Config``; ``os.environ`` is read in here only."""

from radar.config.loading import Config, Privacy, load, tell_children
from radar.config.pseudonym import pseudonym_key

__all__ = ["Config", "Privacy", "load", "pseudonym_key", "tell_children"]
