"""What a merger of firms means for the figures (programs.mergers)."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from kpi.models import Fact
from programs.mergers import Effect, Stake, register


@register
def facts_of(firm_id: int) -> Iterator[Stake]:
    """They keep the firm they were told of; counting looks through (R4)."""
    yield Stake(
        Effect.COUNTED,
        _("実績のもとになる記録"),
        Fact.objects.filter(firm_id=firm_id, reverses=None, reversed_by=None).count(),
        _("企業の数を数える指標では、2社をあわせて1社と数えます。過去の年度も数え直します。"),
    )
