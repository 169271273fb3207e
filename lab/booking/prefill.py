"""Trial results as the beginning of an application, where the firm has consented."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from lab.booking import policies
from lab.booking.models import TrialReport
from portal.kernel.actor import Actor, Hat
from portal.ui.markup import era_date
from programs import prefills
from programs.prefills import Offer

MOST = 5


@prefills.register
def offers(actor: Actor) -> Iterator[Offer]:
    """The firm's last trials that may be used, those it would buy first."""
    if actor.hat != Hat.FIRM:
        return
    rows = (
        policies.visible_trials(actor)
        .filter(may_prefill=True)
        .exclude(wish=TrialReport.Wish.NO)
        .select_related("reservation")
    )
    for row in rows.order_by("wish", "-written_at")[:MOST]:
        day = era_date(row.reservation.starts_at.date())
        yield Offer(
            key=f"trial:{row.public_id}",
            title=_("ラボでの試用：%(machines)s（%(day)s）")
            % {"machines": row.machine_names, "day": day},
            answers=answers(row),
        )


def answers(row: TrialReport) -> dict[str, str]:
    """Questions that the shipped schemes share: what is missing there is left out."""
    tried = _("DXラボで%(machines)sを試用した結果：%(tried)s") % {
        "machines": row.machine_names,
        "tried": row.tried,
    }
    found = {
        "title": _("%(machines)sの導入") % {"machines": row.machine_names[:80]},
        "problem": row.problem,
        "solution": tried,
        "effect": row.effect,
    }
    return {code: text for code, text in found.items() if text}
