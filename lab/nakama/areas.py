"""The area of the staff's main menu."""

from django.utils.translation import gettext_lazy as _

from portal.ui.navigation import Area

NAKAMA = Area(_("仲間まわし"), order=50)
