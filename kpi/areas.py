"""The place of the figures in the main menu."""

from django.utils.translation import gettext_lazy as _

from portal.ui.navigation import Area

FIGURES = Area(_("指標と調査"), order=60)
