"""What the pages of the bookings share."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lab.booking import policies
from lab.booking.models import Booking, ConsumableUse, Lab, Reservation
from lab.booking.services import presence
from portal.accounts.access import hat_required
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import audit
from portal.kernel.actor import Hat
from portal.kernel.database import acting
from portal.kernel.texts import plain
from portal.kernel.transitions import TransitionRefused
from portal.ui.dates import NotADate, parse_date
from portal.ui.markup import yen_text
from portal.ui.parts import Crumb, Row, Tab

CALENDAR_RENEWED = gettext_lazy(
    "新しいアドレスにしました。前のアドレスは、もう使えません。カレンダーに登録し直してください。"
)
firm_only = hat_required(Hat.FIRM)
staff_only = hat_required(Hat.SUPPORT, roles={Role.LAB_STAFF})
# Who reads the ledgers of a lab.
readers = hat_required(Hat.SUPPORT, Hat.AUDITOR, roles={Role.LAB_STAFF, Role.AUDITOR})


def refused(request: HttpRequest, error: TransitionRefused, obj: Any, act: str) -> None:
    """Say why, and leave it in the audit trail."""
    messages.error(request, str(error))
    denied(request, error, obj, act)


def denied(request: HttpRequest, error: TransitionRefused, obj: Any, act: str) -> None:
    """Every refusal leaves its row."""
    audit.record(
        actor=request.actor,
        action="booking.refused",
        obj=obj,
        ward_id=request.actor.ward_id,
        reason=str(error),
        detail={"act": act},
    )


def told(request: HttpRequest, count: int) -> None:
    """Saved, and so many firms whose bookings it met were told."""
    if count:
        text = ngettext(
            "保存しました。予約していた%(n)d件の企業に、理由と代わりの時間を知らせました。",
            "保存しました。予約していた%(n)d件の企業に、理由と代わりの時間を知らせました。",
            count,
        )
        messages.success(request, text % {"n": count})
    else:
        messages.success(request, _("保存しました。この時間の予約はありませんでした。"))


def looked(request: HttpRequest, lab: Lab, page: str) -> None:
    """A look at people's names leaves its row."""
    audit.record(
        actor=request.actor,
        action="booking.looked",
        obj=lab,
        ward_id=request.actor.ward_id,
        detail={"page": page},
    )


def own_reservation(request: HttpRequest, public_id: object) -> Reservation:
    """A booking that the person sees."""
    rows = policies.visible_reservations(request.actor).select_related("lab")
    return get_object_or_404(rows, public_id=public_id)


def own_lab(request: HttpRequest, public_id: object) -> Lab:
    """A lab whose ledgers the person reads."""
    return get_object_or_404(policies.staff_labs(request.actor), public_id=public_id)


def staff_of(request: HttpRequest, lab: Lab) -> list[User]:
    """Who can stand by beside a machine of the lab."""
    with acting(request.actor.elevated()):
        return presence.people_of(lab)


def machine_names(rows: Iterable[Reservation]) -> dict[int, str]:
    """The machines of each booking in one line; one query."""
    found: dict[int, list[str]] = {}
    pairs = Booking.objects.filter(reservation__in=[row.pk for row in rows]).order_by("pk")
    for key, name in pairs.values_list("reservation_id", "machine__name"):
        found.setdefault(key, []).append(name)
    return {key: _("、").join(names) for key, names in found.items()}


def asked_day(request: HttpRequest, name: str, default: dt.date) -> dt.date:
    """The day of the address; nonsense is today."""
    try:
        return parse_date(request.GET.get(name, "")) if request.GET.get(name) else default
    except NotADate:
        return default


def posted_reason(request: HttpRequest) -> str:
    """The reason typed outside a form of ours."""
    return plain(request.POST.get("reason", ""), 300)


def fee_rows(fee: dict[str, Any]) -> list[Row]:
    """The price line by line, all with tax (税込)."""
    rows = []
    for line in fee.get("lines", ()):
        if line["per"] == "slot":
            how = _("%(yen)s × %(n)s単位") % {"yen": yen_text(line["unit_yen"]), "n": line["count"]}
        else:
            how = _("1時間 %(yen)s × %(n)s分") % {
                "yen": yen_text(line["unit_yen"]),
                "n": line["count"],
            }
        rows.append(
            Row(
                line["name"],
                _("%(amount)s（%(how)s）") % {"amount": yen_text(line["amount_yen"]), "how": how},
            )
        )
    if fee.get("discount_yen"):
        label = _("区内の割引（%(percent)s%%）") % {"percent": fee["discount_percent"]}
        rows.append(Row(label, yen_text(-fee["discount_yen"])))
    if fee.get("waived_yen"):
        rows.append(Row(_("免除"), yen_text(-fee["waived_yen"])))
    rows.append(Row(_("支払う額（税込）"), yen_text(fee.get("total_yen", 0))))
    return rows


def used_rows(uses: Iterable[ConsumableUse]) -> list[Row]:
    """What was used for a booking, each with its price (税込)."""
    return [
        Row(
            use.consumable.name,
            _("%(n)d%(unit)s　%(yen)s")
            % {"n": -use.change, "unit": use.consumable.unit, "yen": yen_text(use.amount_yen)},
        )
        for use in uses
    ]


def staff_tabs(lab: Lab, here: str, waiting: int | None = None) -> list[Tab]:
    """The pages of a lab's staff."""
    pages = [
        ("ledger", _("台帳")),
        ("queue", _("承認待ち")),
        ("machines", _("設備")),
        ("closures", _("開館・休館")),
        ("certificates", _("講習の修了")),
        ("visits", _("来館")),
        ("incidents", _("事故・不具合")),
        ("consumables", _("消耗品")),
        ("fees", _("料金・規約")),
    ]
    return [
        Tab(
            label,
            reverse(f"booking:{name}", args=[lab.public_id]),
            waiting if name == "queue" else None,
            name == here,
        )
        for name, label in pages
    ]


def staff_crumbs(lab: Lab, here: str) -> list[Crumb]:
    """From the lab to the page."""
    return [
        Crumb(lab.name, reverse("booking:ledger", args=[lab.public_id])),
        Crumb(here),
    ]


def machine_key(text: str) -> list[uuid.UUID]:
    """The key of an address as a list of one, or none where it is no key."""
    try:
        return [uuid.UUID(text)]
    except ValueError:
        return []
