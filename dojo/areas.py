"""The area of the main menu of firms and of wards' officials."""

from django.utils.translation import gettext_lazy as _

from portal.ui.navigation import Area

COURSES = Area(_("講座"), order=25)
