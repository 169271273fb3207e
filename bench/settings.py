"""The production settings with two additions: the floor view and a counter of queries."""

from portal.settings.base import *  # noqa: F403
from portal.settings.base import MIDDLEWARE

ROOT_URLCONF = "bench.urls"
MIDDLEWARE = ["bench.floor.CountingMiddleware", *MIDDLEWARE]
