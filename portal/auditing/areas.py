"""The auditors' area of the main menu."""

from django.utils.translation import pgettext_lazy

from portal.ui.navigation import Area

AUDIT = Area(pgettext_lazy("area", "監査"), order=10)
