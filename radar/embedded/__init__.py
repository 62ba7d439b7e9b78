"""Postgres and Valkey from wheels, started in the data folder when no server is configured.

``services`` starts what is missing and returns two addresses, ``running`` tells what runs, ``stop`` ends it.
The servers are real ones that outlive whoever started them; every process that names the same data folder
shares the same pair.
"""

from __future__ import annotations

from radar.embedded.lifecycle import Services, running, services, stop

__all__ = ["Services", "running", "services", "stop"]
