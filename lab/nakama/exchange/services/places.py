"""Where a firm is."""

from django.utils.translation import gettext as _

from lab.nakama.exchange.services.errors import Refused
from programs.models import Firm, FirmWard, Site


def ward_of(firm: Firm) -> int:
    """The ward of the firm's oldest open site, or one that sees it. Raises Refused."""
    site = Site.objects.filter(firm=firm, closed_on=None).order_by("pk").first()
    seen = FirmWard.objects.filter(firm=firm).order_by("pk").first()
    found = site or seen
    if found is None:
        raise Refused(_("事業所の登録がありません。先に、事業所を登録してください。"))
    return found.ward_id
