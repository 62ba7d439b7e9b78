"""Misago's development project on a Postgres of the environment's."""

import os

from devproject.settings import *  # noqa: F403

DEBUG = False
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ["PGDATABASE"],
        "USER": os.environ["PGUSER"],
        "PASSWORD": os.environ["PGPASSWORD"],
        "HOST": os.environ["PGHOST"],
        "PORT": os.environ["PGPORT"],
    }
}
MISAGO_ADDRESS = os.environ["FORUM_ADDRESS"]
MISAGO_SEARCH_CONFIG = "simple"
