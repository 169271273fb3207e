"""What a merger of firms means for applications and grants (programs.mergers)."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from programs.mergers import Effect, Stake, register
from subsidies import grant_states, states
from subsidies.models import Application, Grant


@register
def applications_of(firm_id: int) -> Iterator[Stake]:
    """Nothing may be under way that only the firm itself could go on with; what was decided stays its own."""
    applications = Application.objects.filter(firm_id=firm_id)
    yield Stake(
        Effect.HINDERS,
        _("下書きか審査中の申請"),
        applications.filter(status__in=(states.DRAFT, *states.OPEN)).count(),
        _("企業に取り下げてもらうか、決定してから記録してください。"),
    )
    grants = Grant.objects.filter(firm_id=firm_id)
    yield Stake(
        Effect.STAYS,
        _("進行中の交付決定"),
        grants.filter(status__in=grant_states.RUNNING).count(),
        _("相手方は変わりません。存続する企業が引き継ぐには、要綱の承継の手続きが別に要ります。"),
    )
    yield Stake(
        Effect.STAYS,
        _("これまでの申請"),
        applications.exclude(status__in=(states.DRAFT, *states.OPEN)).count(),
        _("申請台帳と書類は、申請した企業のまま残ります。"),
    )
