"""Settings of the background workers and of their scheduler: the portal's without the CMS.

No task needs the editor in its own process, and it costs each about 50 MB (docs/adr/0038-workers.md).
"""

from portal.settings.base import *
from portal.settings.base import CMS_APPS, INSTALLED_APPS

INSTALLED_APPS = [app for app in INSTALLED_APPS if app not in CMS_APPS]
