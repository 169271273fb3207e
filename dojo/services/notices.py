"""What people are told of their place in a cohort, in their own language."""

from typing import Any

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from dojo import states, topics
from dojo.models import Cohort, Enrolment, Graduation, Session
from portal.kernel import clock
from portal.kernel.texts import filled
from portal.notices.services import notify
from portal.ui.markup import era_date, localized, moment_text


def applied(row: Enrolment, cohort: Cohort) -> None:
    """What came of the application."""
    words = {
        states.ENROLLED: (
            _("受講が決まりました（%(course)s）"),
            _("%(person)sさんの席が決まりました。日程と事前の準備を確かめてください。"),
        ),
        states.WAITING: (
            _("補欠として受け付けました（%(course)s）"),
            _("席が空くと、順番に案内します。%(person)sさんの順番が来たら、すぐにお知らせします。"),
        ),
        states.APPLIED: (
            _("申込みを受け付けました（%(course)s）"),
            _("募集の終わりの後に選考し、%(person)sさんの結果をお知らせします。"),
        ),
    }
    _tell(row, cohort, "applied", *words[row.status])


def chosen(row: Enrolment, cohort: Cohort) -> None:
    """The result of the selection."""
    words = {
        states.ENROLLED: _("選考の結果、%(person)sさんの受講が決まりました。"),
        states.WAITING: _("選考の結果、%(person)sさんは補欠です。席が空くと、順番に案内します。"),
        states.DECLINED: _("選考の結果、今回は見送りとなりました。理由：%(reason)s"),
    }
    _tell(row, cohort, f"chosen.{row.status}", _("選考の結果（%(course)s）"), words[row.status])


def offered(row: Enrolment, cohort: Cohort) -> None:
    """A seat, until a day."""
    assert row.accept_by is not None
    _tell(
        row,
        cohort,
        f"offered.{row.accept_by}",
        _("席が空きました（%(course)s、%(day)sまで）"),
        _("%(person)sさんの席を用意しました。%(day)sまでに「受講する」を選んでください。"),
        day=_day(row.accept_by),
    )


def lapsed(row: Enrolment, cohort: Cohort) -> None:
    """The offer has run out."""
    _tell(
        row,
        cohort,
        "lapsed",
        _("席の案内の期限が過ぎました（%(course)s）"),
        _("返事がなかったため、席は次の方に案内します。ほかの期にはもう一度申し込めます。"),
    )


def withdrawn(row: Enrolment, cohort: Cohort) -> None:
    """辞退 is received."""
    _tell(
        row,
        cohort,
        "withdrawn",
        _("辞退を受け付けました（%(course)s）"),
        _("%(person)sさんの席は、次の方に案内します。"),
    )


def removed(row: Enrolment, cohort: Cohort, reason: str) -> None:
    """The ward has taken the place away."""
    _tell(
        row,
        cohort,
        "removed",
        _("受講が取り消されました（%(course)s）"),
        _("区が%(person)sさんの受講を取り消しました。理由：%(reason)s"),
        reason=reason,
    )


def cancelled(row: Enrolment, cohort: Cohort, reason: str) -> None:
    """The cohort does not take place."""
    _tell(
        row,
        cohort,
        "cancelled",
        _("開催が中止になりました（%(course)s）"),
        _("申し訳ありません。この期は中止になりました。理由：%(reason)s"),
        reason=reason,
    )


def moved(row: Enrolment, cohort: Cohort, session: Session) -> None:
    """A session has another day, hour or place."""
    _tell(
        row,
        cohort,
        # Each change is told, also one back to what was told before.
        f"moved.{session.pk}.{clock.now():%Y%m%d%H%M%S%f}",
        _("開催日時・会場が変わりました（%(course)s）"),
        _("日時は%(at)sから、会場は%(place)sです。カレンダーに取り込んだ方は、自動で変わります。"),
        at=_moment(session.starts_at),
        place=session.place or cohort.place,
    )


def make_up(row: Enrolment, cohort: Cohort, session: Session) -> None:
    """補講 of a unit that the person has missed."""
    _tell(
        row,
        cohort,
        f"make_up.{session.pk}",
        _("補講を行います（%(course)s）"),
        _("「%(unit)s」の補講は%(at)sからです。会場：%(place)s　出席すると、その回を補えます。"),
        unit=_course(session.unit.title, session.unit.title_en),
        at=_moment(session.starts_at),
        place=session.place or cohort.place,
    )


def called_off(row: Enrolment, cohort: Cohort, session: Session) -> None:
    """A 補講 that does not take place."""
    _tell(
        row,
        cohort,
        f"called_off.{session.pk}",
        _("補講は取りやめになりました（%(course)s）"),
        _("%(at)sからの「%(unit)s」の補講は行いません。別の補講を行うときは、お知らせします。"),
        unit=_course(session.unit.title, session.unit.title_en),
        at=_moment(session.starts_at),
    )


def coming(row: Enrolment, cohort: Cohort, session: Session, days: int) -> None:
    """A session is near; with what to prepare."""
    _tell(
        row,
        cohort,
        f"coming.{session.pk}.{days}.{clock.to_date(session.starts_at)}",
        _("次の回は%(at)sです（%(course)s）"),
        _("会場：%(place)s　事前の準備：%(prework)s"),
        at=_moment(session.starts_at),
        place=session.place or cohort.place,
        prework=session.unit.display_prework or _("ありません"),
    )


def graduated(graduation: Graduation, cohort: Cohort) -> None:
    """修了: the certificate is ready, and what it is good for."""
    row = graduation.enrolment
    _tell(
        row,
        cohort,
        "graduated",
        _("修了おめでとうございます（%(course)s）"),
        _(
            "修了証（%(number)s）を受け取れます。補助金の申請で、加点や短い様式が使えることがあります。"
        ),
        number=graduation.number,
    )


def revoked(graduation: Graduation, cohort: Cohort, reason: str) -> None:
    """修了の取消."""
    _tell(
        graduation.enrolment,
        cohort,
        "revoked",
        _("修了が取り消されました（%(course)s）"),
        _("修了証 %(number)s は使えなくなりました。理由：%(reason)s"),
        number=graduation.number,
        reason=reason,
    )


def _tell(
    row: Enrolment, cohort: Cohort, what: str, subject: Any, body: Any, **values: Any
) -> None:
    values = {
        "course": _course(cohort.course.name, cohort.course.name_en),
        "person": row.person_name,
        "reason": row.reason,
        **values,
    }
    notify(
        event_key=f"dojo.{row.pk}.{what}",
        recipients=[row.person_id],
        subject=filled(subject, **values),
        body=filled(body, **values),
        url=reverse("dojo:enrolment", args=[row.public_id]),
        topic=topics.of(what),
    )


# Written out in the reader's language.
_course = lazy(localized, str)
_day = lazy(era_date, str)
_moment = lazy(moment_text, str)
