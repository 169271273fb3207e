"""The auditors' area of the main menu."""

from django.utils.translation import gettext_lazy as _

from portal.ui.navigation import Area

AUDIT = Area(_("監査"), order=10)
