"""The area of the main menu of firms and of wards' officials."""

from django.utils.translation import pgettext_lazy

from portal.ui.navigation import Area

COURSES = Area(pgettext_lazy("menu", "講座"), order=25)
