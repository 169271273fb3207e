"""What people are told of an event, in their own language."""

from typing import Any

from django.urls import reverse
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

from lab import topics
from lab.events import states
from lab.events.models import Event, Registration, Slot
from portal.kernel import clock
from portal.kernel.texts import filled
from portal.notices.services import notify
from portal.ui.markup import era_date, localized, moment_text
from programs.models import FirmMembership


def applied(row: Registration, event: Event) -> None:
    """A seat, or a place on the waiting list."""
    if row.status == states.REGISTERED:
        registered(row, event)
        return
    _tell(
        row,
        event,
        "waiting",
        _("キャンセル待ちで受け付けました（%(title)s）"),
        _("席が空くと、申し込んだ順に案内します。順番が来たら、すぐにお知らせします。"),
    )


def registered(row: Registration, event: Event) -> None:
    """The seat is certain."""
    _tell(
        row,
        event,
        "registered",
        _("参加が決まりました（%(title)s）"),
        _("日時：%(at)s　会場：%(place)s　受付番号：%(code)s　持ち物：%(bring)s"),
        code=row.code,
        bring=event.bring or _("特にありません"),
    )


def offered(row: Registration, event: Event) -> None:
    """A seat, until a day."""
    assert row.accept_by is not None
    _tell(
        row,
        event,
        f"offered.{row.accept_by}",
        _("席が空きました（%(title)s、%(day)sまで）"),
        _("席を用意しました。%(day)sまでに「参加する」を選んでください。日時：%(at)s"),
        day=_day(row.accept_by),
    )


def lapsed(row: Registration, event: Event) -> None:
    """The offer has run out, or no seat has become free."""
    body = _("返事がなかったため、席は次の方に案内します。ほかの催しをご覧ください。")
    if row.accept_by is None:
        body = _("申し訳ありません。席が空きませんでした。ほかの催しをご覧ください。")
    _tell(row, event, "lapsed", _("席の案内が終わりました（%(title)s）"), body)


def withdrawn(row: Registration, event: Event) -> None:
    """取りやめ is received."""
    _tell(
        row,
        event,
        "withdrawn",
        _("参加の取りやめを受け付けました（%(title)s）"),
        _("知らせてくださり、ありがとうございます。席は次の方に案内します。"),
    )


def removed(row: Registration, event: Event) -> None:
    """The lab has taken the place away."""
    _tell(
        row,
        event,
        "removed",
        _("申込みが取り消されました（%(title)s）"),
        _("ラボが申込みを取り消しました。理由：%(reason)s"),
    )


def cancelled(row: Registration, event: Event) -> None:
    """The event does not take place."""
    _tell(
        row,
        event,
        "cancelled",
        _("催しが中止になりました（%(title)s）"),
        _("申し訳ありません。%(at)sの催しは中止になりました。理由：%(reason)s"),
    )


def moved(row: Registration, event: Event) -> None:
    """Another time or place."""
    _tell(
        row,
        event,
        # There, back and there again are three changes.
        f"moved.{clock.database_now():%Y%m%d%H%M%S%f}",
        _("日時・会場が変わりました（%(title)s）"),
        _("新しい日時：%(at)s　会場：%(place)s　来られないときは、参加を取りやめてください。"),
    )


def coming(row: Registration, event: Event) -> None:
    """It is tomorrow."""
    _tell(
        row,
        event,
        f"coming.{event.starts_at:%Y%m%d}",
        _("明日の催しです（%(title)s）"),
        _("日時：%(at)s　会場：%(place)s　受付番号：%(code)s　持ち物：%(bring)s"),
        code=row.code,
        bring=event.bring or _("特にありません"),
    )


def slot_decided(slot: Slot, event: Event) -> None:
    """出展 approved, declined, or the event called off."""
    applicant = slot.applicant
    subject, body = (
        (
            _("出展が決まりました（%(title)s）"),
            _("「%(product)s」の出展が決まりました。日時：%(at)s"),
        )
        if slot.status == states.APPROVED
        else (_("出展は見送りとなりました（%(title)s）"), _("理由：%(reason)s"))
    )
    values = {
        "title": _title(event.title, event.title_en),
        "product": slot.product,
        "at": _moment(event.starts_at),
        "reason": slot.reason,
    }
    notify(
        event_key=f"events.slot.{slot.pk}.{slot.status}",
        recipients=_members(applicant.firm_id, applicant.person_id),
        subject=filled(subject, **values),
        body=filled(body, **values),
        url=reverse("events:event", args=[event.public_id]),
        topic=topics.CHANGED,
    )


def _tell(
    row: Registration,
    event: Event,
    what: str,
    subject: str | Promise,
    body: str | Promise,
    **values: Any,
) -> None:
    values = {
        "title": _title(event.title, event.title_en),
        "at": _moment(event.starts_at),
        "place": event.place,
        "reason": row.reason,
        **values,
    }
    notify(
        event_key=f"events.{row.pk}.{what}",
        recipients=_members(row.firm_id, row.person_id),
        subject=filled(subject, **values),
        body=filled(body, **values),
        url=reverse("events:registration", args=[row.public_id]),
        topic=topics.of_place(what, topics.EVENT),
    )


def _members(firm_id: int | None, person_id: int | None) -> list[int]:
    """The person, as long as they belong to the firm. A walk-in has no account."""
    if firm_id is None or person_id is None:
        return []
    rows = FirmMembership.objects.filter(
        firm_id=firm_id, user_id=person_id, valid_to=None, user__is_active=True
    )
    return [person_id] if rows.exists() else []


# Written out in the reader's language.
_title = lazy(localized, str)
_day = lazy(era_date, str)
_moment = lazy(moment_text, str)
