"""The area of the daily work in the staff's main menu."""

from django.utils.translation import gettext_lazy as _

from portal.ui.navigation import Area

WORK = Area(_("今日の仕事"), order=5)
