"""The areas of the staff's main menu, in the order of a case's life, and the firms' and visitors' one."""

from django.utils.translation import gettext_lazy as _

from portal.ui.navigation import Area

FIND = Area(_("支援を探す"), order=20)
INTAKE = Area(_("申請の受付"), order=10)
SELECTION = Area(_("審査と採択"), order=20)
GRANTS = Area(_("交付決定後"), order=30)
SCHEMES = Area(_("制度と予算"), order=40)
CARE = Area(_("点検と保存"), order=50)
