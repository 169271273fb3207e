"""Settings of the tests' real workers: the test settings without the CMS, as workers run."""

from portal.settings.test import *  # noqa: F403
from portal.settings.worker import INSTALLED_APPS  # noqa: F401
