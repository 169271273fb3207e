"""What a merger of firms means for the register itself (programs.mergers)."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from programs.mergers import Effect, Stake, register
from programs.models import FirmMembership, Qualification


@register
def register_of(firm_id: int) -> Iterator[Stake]:
    """People keep their access, facts their firm."""
    yield Stake(
        Effect.STAYS,
        _("手続きをする方"),
        FirmMembership.objects.filter(firm_id=firm_id, valid_to=None).count(),
        _("これまでの記録を見られます。存続する企業の手続きには、その企業の招待が要ります。"),
    )
    yield Stake(
        Effect.STAYS,
        _("修了・認定"),
        Qualification.objects.filter(firm_id=firm_id, revoked_on=None).count(),
        _("存続する企業でも使うときは、その企業に記録し直してください。"),
    )
