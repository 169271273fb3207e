"""The area of the staff's main menu."""

from django.utils.translation import gettext_lazy as _

from portal.ui.navigation import Area

SUPPORT = Area(_("伴走支援"), order=45)
