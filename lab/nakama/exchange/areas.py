"""The area of the main menu."""

from django.utils.translation import gettext_lazy as _

from portal.ui.navigation import Area

EXCHANGE = Area(_("企業どうしの取引"), order=60)
