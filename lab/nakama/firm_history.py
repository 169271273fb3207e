"""What the profiles tell on a firm's card: entered, confirmed, and that it still waits for the firm."""

import datetime as dt
from collections.abc import Callable, Iterator

from django.db import models
from django.utils.translation import gettext_lazy as _

from lab.nakama import policies, states
from lab.nakama.models import CapabilityProfile
from portal.kernel.actor import Actor, Hat
from programs import history
from programs.history import FIRM, OF_FIRM, Event, Place, Todo, Told
from programs.models import Firm


@history.tells(CapabilityProfile)
def tell(
    actor: Actor, firm: Firm, today: dt.date, _has: Callable[[type[models.Model]], bool]
) -> Iterator[Told]:
    """One query: the firm's profile, as far as the actor sees it."""
    rows = policies.visible_profiles(actor).filter(firm_id=firm.pk)
    columns = ("public_id", "status", "created_at", "confirmed_at", "prefilled_by_id", "ward_id")
    for row in rows.values(*columns)[:1]:
        place = Place("nakama:profile", row["public_id"])
        state = states.PROFILE.state(row["status"])
        helped = row["prefilled_by_id"] is not None
        yield Event(
            row["created_at"],
            FIRM,
            _("加工能力が登録されました（企業の代わりに入力）")
            if helped
            else _("加工能力を登録しました"),
            note=(state.label,),
            place=place,
            ward_id=row["ward_id"],
        )
        if row["confirmed_at"]:
            yield Event(
                row["confirmed_at"],
                FIRM,
                _("加工能力の内容を確認しました"),
                tone="green",
                place=place,
                ward_id=row["ward_id"],
            )
        elif row["status"] == states.PREFILLED and actor.hat == Hat.FIRM:
            edit = Place("nakama:edit", row["public_id"])
            yield Todo(FIRM, OF_FIRM, str(_("加工能力の内容を確認する")), "", None, edit)
