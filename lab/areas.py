"""Areas of the main menu: one for whoever uses the lab, two for those who run it all day."""

from django.utils.translation import gettext_lazy as _

from portal.ui.navigation import Area

# Of firms, of wards' officials, of policy staff and auditors.
LAB = Area(_("ラボと仲間まわし"), order=47)
# Of the lab's staff.
ROOM = Area(_("ラボ"), order=30)
NAKAMA = Area(_("仲間まわし"), order=40)
