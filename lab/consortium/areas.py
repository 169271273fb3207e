"""The area of the main menu."""

from django.utils.translation import gettext_lazy as _

from portal.ui.navigation import Area

CONSORTIUM = Area(_("コンソーシアム"), order=70)
