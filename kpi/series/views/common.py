"""What the pages share: who may open them, the tabs of the room."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from kpi.series.models import Intake
from kpi.series.policies import IMPORTERS
from portal.accounts.access import hat_required
from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from portal.ui.parts import Crumb, Tab

staff_only = hat_required(Hat.WARD, Hat.POLICY, Hat.AUDITOR)
ward_or_auditor = hat_required(Hat.WARD, Hat.AUDITOR)
hand_in_only = hat_required(Hat.WARD, Hat.POLICY, roles={*IMPORTERS, Role.POLICY})
firm_only = hat_required(Hat.FIRM)
KINDS = (Intake.Kind.STATISTICS, Intake.Kind.ACCOUNTS, Intake.Kind.DEFLATOR)


def tabs(actor: Actor, current: str) -> list[Tab]:
    """The views of the room that the actor may open."""
    found = [
        ("home", _("取込の状況")),
        ("statistics", _("区ごとの統計")),
        ("productivity", _("労働生産性")),
    ]
    if actor.hat in {Hat.WARD, Hat.AUDITOR}:
        found.append(("firms", _("企業の決算")))
    return [
        Tab(label=label, url=reverse(f"series:{name}"), current=name == current)
        for name, label in found
    ]


def crumbs(*rest: Crumb) -> Sequence[Crumb]:
    return [Crumb(_("統計と決算"), reverse("series:home")), *rest]
