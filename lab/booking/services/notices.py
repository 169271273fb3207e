"""What people are told of their bookings, in their own language."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

from lab import topics
from lab.booking import states
from lab.booking.models import Consumable, Reservation, Turn
from lab.booking.rules.hours import Span
from portal.accounts.models import Assignment
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.texts import filled
from portal.notices.services import notify
from portal.ui.markup import moment_text
from programs.models import FirmMembership


def times_text(spans: Sequence[Span]) -> str:
    """11/4 10:00–12:00、11/5 …"""
    return str(_("、")).join(_short(span) for span in spans)


def _short(span: Span) -> str:
    begin, end = (at.astimezone(clock.TOKYO) for at in (span.start, span.end))
    return f"{begin.month}/{begin.day} {begin:%H:%M}–{end:%H:%M}"


def reserved(row: Reservation) -> None:
    """Booked, or waiting for the staff."""
    if row.status == states.APPROVED:
        _tell(
            row,
            "reserved",
            _("予約しました（%(at)s、%(lab)s）"),
            _("入室番号は%(code)sです。持ち物：%(bring)s"),
            bring=row.lab.bring or _("特にありません"),
            code=row.code,
        )
    else:
        _tell(
            row,
            "requested",
            _("予約の承認を待っています（%(at)s、%(lab)s）"),
            _("職員が確かめて承認すると、お知らせします。"),
        )


def decided(row: Reservation) -> None:
    """Approved, or declined with the reason."""
    if row.status == states.APPROVED:
        _tell(
            row,
            f"approved.{row.starts_at:%Y%m%d%H%M}",
            _("予約が承認されました（%(at)s、%(lab)s）"),
            _("入室番号は%(code)sです。立会い：%(supervisor)s"),
            code=row.code,
            supervisor=row.supervisor or _("なし"),
        )
    else:
        _tell(
            row,
            "declined",
            _("予約は見送りとなりました（%(at)s、%(lab)s）"),
            _("理由：%(reason)s"),
        )


def called_off(row: Reservation, offers: Sequence[Span]) -> None:
    """The lab cannot keep it; with what else is free."""
    body = _("申し訳ありません。理由：%(reason)s　代わりに空いている時間：%(offers)s")
    if not offers:
        body = _("申し訳ありません。理由：%(reason)s　ほかの設備か日を選び直してください。")
    _tell(
        row,
        "called_off",
        _("ラボの都合で予約が取り消されました（%(at)s、%(lab)s）"),
        body,
        offers=times_text(offers),
    )


def free_again(row: Reservation) -> None:
    """What the lab had called it off for does not take place."""
    _tell(
        row,
        "free_again",
        _("取り消された時間を、また予約できます（%(at)s、%(lab)s）"),
        _("取消の理由だった予定がなくなりました。必要なときは、もう一度予約してください。"),
    )


def moved(row: Reservation) -> None:
    """Another time."""
    _tell(
        row,
        f"moved.{row.starts_at:%Y%m%d%H%M}",
        _("予約の時間を変えました（%(at)s、%(lab)s）"),
        _("カレンダーに取り込んだ方は、自動で変わります。"),
    )


def missed(row: Reservation) -> None:
    """Nobody came."""
    _tell(
        row,
        "missed",
        _("来館が確認できませんでした（%(at)s、%(lab)s）"),
        _(
            "遅刻を待つ時間を過ぎたため、設備をほかの方に空けました。使えないときは、早めに取り消してください。"
        ),
    )


def offered(row: Reservation) -> None:
    """A slot has become free for whoever waits first."""
    assert row.offer_until is not None
    _tell(
        row,
        "offered",
        _("空き待ちの時間が空きました（%(at)s、%(lab)s）"),
        _("%(until)sまで、この時間を取り置いています。予約するか返事をしてください。"),
        until=_moment(row.offer_until),
    )


def lapsed(row: Reservation) -> None:
    """The offer has run out."""
    _tell(
        row,
        "lapsed",
        _("空きの案内の期限が過ぎました（%(at)s、%(lab)s）"),
        _("返事がなかったため、次の方に案内します。"),
    )


def turn_over(turn: Turn) -> None:
    """The time has come and nothing has become free."""
    notify(
        event_key=f"booking.turn.{turn.pk}.over",
        recipients=[turn.person_id],
        subject=filled(_("空き待ちの時間は空きませんでした（%(at)s）"), at=_moment(turn.starts_at)),
        body=_("ほかの時間を選び直してください。"),
        url=reverse("booking:mine"),
        topic=topics.CHANGED,
    )


def trial_asked(row: Reservation) -> None:
    """After a trial: how did it go?"""
    _tell(
        row,
        "trial",
        _("試用の結果を教えてください（%(at)s、%(lab)s）"),
        _("2分で書けます。導入したいときは、書いたことを補助金の申請の下書きに使えます。"),
    )


def _tell(
    row: Reservation, what: str, subject: str | Promise, body: str | Promise, **values: Any
) -> None:
    values = {
        "at": _moment(row.starts_at),
        "lab": row.lab.name,
        "reason": row.reason,
        **values,
    }
    notify(
        event_key=f"booking.{row.pk}.{what}",
        recipients=_people(row),
        subject=filled(subject, **values),
        body=filled(body, **values),
        url=reverse("booking:reservation", args=[row.public_id]),
        topic=topics.of_place(what, topics.BOOKING),
    )


def _people(row: Reservation) -> list[int]:
    """Whoever booked, as long as the person belongs to the firm; else all its people."""
    rows = FirmMembership.objects.filter(
        firm_id=row.firm_id, valid_to=None, user__is_active=True
    ).values_list("user_id", flat=True)
    members = list(rows)
    return [row.person_id] if row.person_id in members else members


# Written out in the reader's language.
_moment = lazy(moment_text, str)


def low_stock(item: Consumable, use_id: int) -> None:
    """To the lab's staff, when the stock falls to where it has to be ordered."""
    today = clock.today()
    staff = Assignment.objects.filter(
        role=Role.LAB_STAFF,
        ward_id=item.ward_id,
        revoked_at=None,
        valid_from__lte=today,
        user__is_active=True,
    ).exclude(valid_to__lt=today)
    notify(
        event_key=f"booking.low_stock.{item.pk}.{use_id}",
        recipients=list(staff.values_list("user_id", flat=True).distinct()),
        subject=filled(_("消耗品を補充してください：%(name)s"), name=item.name),
        body=filled(
            _("%(lab)sの残りは%(stock)d%(unit)sです（補充の目安 %(low)d%(unit)s）。"),
            lab=item.lab.name,
            stock=item.stock,
            unit=item.unit,
            low=item.low_at,
        ),
        url=reverse("booking:consumables", args=[item.lab.public_id]),
        topic=topics.STOCK,
    )
