"""Who is told what of a review. Run by a worker, once per event."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

from portal.kernel import clock, outbox
from portal.kernel.models import OutboxEvent
from portal.kernel.texts import filled
from portal.notices.services import notify
from portal.ui.markup import era_date
from subsidies import people, topics
from subsidies.committee import states
from subsidies.committee.models import Assignment, ReviewRound

Text = str | Promise


@outbox.handles("committee.round_opened", name="committee.notice_opened")
def tell_opened(event: OutboxEvent) -> None:
    """Every member has something to score."""
    round_ = _round(event)
    assigned = round_.assignments.filter(status__in=states.WAITING)
    _tell_members(
        event,
        assigned.values_list("user_id", flat=True),
        filled(_("審査をお願いします（%(day)sまで）"), day=_day(round_.due_on)),
        filled(
            _(
                "「%(call)s」の審査が始まりました。案件ごとに、利益相反の申告をしてから"
                "採点してください。期限は%(day)sです。"
            ),
            call=round_.call.version.scheme.name,
            day=_day(round_.due_on),
        ),
    )


@outbox.handles("committee.sheet_submitted", name="committee.notice_complete")
def tell_complete(event: OutboxEvent) -> None:
    """The office goes on when nobody owes a sheet any more."""
    _tell_when_complete(event)


@outbox.handles("committee.member_excluded", name="committee.notice_complete_without")
def tell_complete_without(event: OutboxEvent) -> None:
    """The same when the last one who owed a sheet was excused; who was, is told."""
    row = _assignment(event)
    if row.round.opened_at is not None:
        _tell_members(
            event,
            [row.user_id],
            _("審査の担当が変わりました"),
            filled(_("案件%(number)sの審査は不要になりました。"), number=row.case.number),
        )
    _tell_when_complete(event)


@outbox.handles("committee.recused", name="committee.notice_recused")
def tell_recused(event: OutboxEvent) -> None:
    """The office looks for another reviewer; the reason is the office's to read on the page."""
    row = _assignment(event)
    _tell_office(
        event,
        row.round,
        _("審査委員が回避しました"),
        filled(
            _(
                "案件%(number)sで、%(name)sさんが利益相反を申告しました。代わりの委員を決めてください。"
            ),
            number=row.case.number,
            name=row.user.name,
        ),
    )
    _tell_when_complete(event)


@outbox.handles("committee.sheet_reopened", name="committee.notice_reopened")
def tell_reopened(event: OutboxEvent) -> None:
    """The member goes over the sheet again."""
    row = _assignment(event)
    _tell_members(
        event,
        [row.user_id],
        _("採点票が差し戻されました"),
        filled(
            _(
                "案件%(number)sの採点票を、委員長が差し戻しました。直して、もう一度提出してください。"
            ),
            number=row.case.number,
        ),
    )


def _round(event: OutboxEvent) -> ReviewRound:
    rows = ReviewRound.objects.select_related("call__version__scheme")
    return rows.get(pk=event.payload["round_id"])


def _assignment(event: OutboxEvent) -> Assignment:
    rows = Assignment.objects.select_related("round", "case", "user")
    return rows.get(pk=event.payload["assignment_id"])


def _tell_when_complete(event: OutboxEvent) -> None:
    """One notice for the review, whichever event comes last."""
    round_ = _round(event)
    if round_.revealed_at is None:
        return
    notify(
        event_key=f"committee.complete.{round_.pk}",
        recipients=_office(event, round_),
        subject=_("全員の採点がそろいました"),
        body=filled(
            _("「%(call)s」の採点がそろいました。平均と点差を確かめてください。"),
            call=round_.call.version.scheme.name,
        ),
        url=reverse("committee:round", args=[round_.pk]),
        topic=topics.OFFICE_REVIEW,
    )


def _tell_office(event: OutboxEvent, round_: ReviewRound, subject: Text, body: Text) -> None:
    notify(
        event_key=f"{event.pk}",
        recipients=_office(event, round_),
        subject=subject,
        body=body,
        url=reverse("committee:round", args=[round_.pk]),
        topic=topics.OFFICE_REVIEW,
    )


def _tell_members(event: OutboxEvent, who: Iterable[int], subject: Text, body: Text) -> None:
    notify(
        event_key=f"{event.pk}",
        recipients=who,
        subject=subject,
        body=body,
        url=reverse("committee:home"),
        topic=topics.REVIEW,
    )


def _office(event: OutboxEvent, round_: ReviewRound) -> list[int]:
    return people.ward_people(round_.ward_id, states.OFFICE, clock.to_date(event.created_at))


# Written out in the reader's language.
_day = lazy(era_date, str)
