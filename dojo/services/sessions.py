"""Sessions moved, extra ones added, lecturers named."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from dojo import states
from dojo.models import (
    Attendance,
    Cohort,
    CurriculumUnit,
    Enrolment,
    Lecturer,
    Material,
    Session,
)
from dojo.rules import presence
from dojo.services import notices
from dojo.services.cohorts import planned, require_later
from dojo.services.errors import Refused
from portal.accounts.models import Assignment
from portal.accounts.roles import Role
from portal.kernel import audit, clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting


def session_change(
    *,
    actor: Actor,
    session_id: int,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    place: str = "",
    online_url: str = "",
) -> Session:
    """Another day, hour or place; those who take part are told, of a make-up session whom it calls.

    Raises Session.DoesNotExist, RoleMissing, Refused (attended already, ends before it begins,
    moved into the past or before the end of the applications).
    """
    with transaction.atomic():
        session = Session.objects.select_related("unit").get(pk=session_id)
        cohort = _open(planned(actor, session.cohort_id))
        _check_times(starts_at, ends_at)
        if Attendance.objects.filter(session=session).exists():
            raise Refused(_("出席が記録された回の日時は変えられません。補講を加えてください。"))
        if starts_at != session.starts_at and starts_at <= clock.now():
            raise Refused(_("開催日時は、これからの日時にしてください。"))
        before = (session.starts_at, session.ends_at, session.place, session.online_url)
        session.starts_at, session.ends_at = starts_at, ends_at
        session.place, session.online_url = place.strip(), online_url.strip()
        session.save()
        if cohort.status == states.ANNOUNCED and before[0] != starts_at:
            require_later(cohort, session)
        after = (session.starts_at, session.ends_at, session.place, session.online_url)
        if before != after:
            _tell_moved(actor, cohort, session)
        audit.record(
            actor=actor,
            action="dojo.session_changed",
            obj=session,
            ward_id=cohort.ward_id,
            changes={"starts_at": [before[0].isoformat(), starts_at.isoformat()]},
        )
    return session


def make_up_add(
    *,
    actor: Actor,
    cohort_id: int,
    unit_id: int,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    place: str = "",
    online_url: str = "",
) -> Session:
    """補講 of a unit. Raises Cohort.DoesNotExist, CurriculumUnit.DoesNotExist, RoleMissing, Refused."""
    with transaction.atomic():
        cohort = _open(planned(actor, cohort_id))
        _check_times(starts_at, ends_at)
        if starts_at <= clock.now():
            raise Refused(_("補講は、これからの日時にしてください。"))
        unit = CurriculumUnit.objects.get(pk=unit_id, course_id=cohort.course_id)
        session = Session.objects.create(
            cohort=cohort,
            unit=unit,
            starts_at=starts_at,
            ends_at=ends_at,
            place=place.strip(),
            online_url=online_url.strip(),
            is_make_up=True,
        )
        audit.record(actor=actor, action="dojo.make_up_added", obj=session, ward_id=cohort.ward_id)
        with acting(actor.elevated()):
            for row in wanted(session):
                notices.make_up(row, cohort, session)
    return session


def wanted(session: Session) -> QuerySet[Enrolment]:
    """Who is to come: everybody with a seat; to a make-up session whoever has missed its unit, or
    only a part of it counted.
    """
    rows = Enrolment.objects.filter(cohort_id=session.cohort_id, status=states.ENROLLED)
    if not session.is_make_up:
        return rows
    came = Attendance.objects.filter(
        session__cohort_id=session.cohort_id,
        session__unit_id=session.unit_id,
        replaced_by=None,
        mark__in=(presence.PRESENT, presence.LATE),
    )
    # A unit that is still to come nobody has missed.
    is_over = Session.objects.filter(
        cohort_id=session.cohort_id,
        unit_id=session.unit_id,
        is_make_up=False,
        ends_at__lte=clock.now(),
    ).exists()
    return rows.exclude(pk__in=came.values("enrolment_id")) if is_over else rows.none()


def make_up_remove(*, actor: Actor, session_id: int) -> None:
    """Take a make-up session back that nobody has attended; whom it has called is told, unless it is
    over. Raises as session_change.
    """
    with transaction.atomic():
        session = Session.objects.select_related("unit").get(pk=session_id, is_make_up=True)
        cohort = _open(planned(actor, session.cohort_id))
        if Attendance.objects.filter(session=session).exists():
            raise Refused(_("出席が記録された補講は、取り消せません。"))
        if Material.objects.filter(session=session).exists():
            raise Refused(_("教材のある補講です。先に教材を取り消してください。"))
        audit.record(
            actor=actor, action="dojo.make_up_removed", obj=session, ward_id=cohort.ward_id
        )
        # Django looks for rows on it in every table, some of which the official may not read.
        with acting(actor.elevated()):
            if session.starts_at > clock.now():
                for row in wanted(session):
                    notices.called_off(row, cohort, session)
            session.delete()


def lecturer_add(
    *,
    actor: Actor,
    cohort_id: int,
    name: str,
    profile: str,
    user_id: int | None = None,
    is_peer: bool = False,
    story: str = "",
) -> Lecturer:
    """Name a lecturer; with an account, the person sees the roster. Raises Cohort.DoesNotExist,
    RoleMissing, Refused.
    """
    with transaction.atomic():
        cohort = _open(planned(actor, cohort_id))
        if (
            user_id is not None
            and not lecturers_of(cohort.ward_id).filter(user_id=user_id).exists()
        ):
            raise Refused(_("道場講師の役割を持つ方から選んでください。"))
        if is_peer and not story.strip():
            raise Refused(_("経営者の講師には、体験談を書いてください。募集のページに載せます。"))
        try:
            with transaction.atomic():
                lecturer = Lecturer.objects.create(
                    cohort=cohort,
                    user_id=user_id,
                    name=name.strip(),
                    profile=profile.strip(),
                    is_peer=is_peer,
                    story=story.strip(),
                )
        except IntegrityError as error:
            raise Refused(_("この方は、すでにこの期の講師です。")) from error
        audit.record(
            actor=actor, action="dojo.lecturer_added", obj=lecturer, ward_id=cohort.ward_id
        )
    return lecturer


def lecturer_remove(*, actor: Actor, lecturer_id: int) -> None:
    """Take a lecturer off; the roster is closed to them from now on. Raises as lecturer_add."""
    with transaction.atomic():
        lecturer = Lecturer.objects.get(pk=lecturer_id)
        cohort = _open(planned(actor, lecturer.cohort_id))
        if cohort.status == states.ANNOUNCED and cohort.lecturers.count() < 2:
            raise Refused(_("講師がいなくなります。先に代わりの方を加えてください。"))
        audit.record(
            actor=actor, action="dojo.lecturer_removed", obj=lecturer, ward_id=cohort.ward_id
        )
        lecturer.delete()


def lecturers_of(ward_id: int) -> QuerySet[Assignment]:
    """The lecturers' roles that are live in the ward (or for all wards) today."""
    rows = Assignment.objects.live_on(clock.today()).filter(user__is_active=True)
    return rows.filter(Q(ward_id=ward_id) | Q(ward_id=None), role=Role.LECTURER)


def _open(cohort: Cohort) -> Cohort:
    if cohort.status not in (states.DRAFT, states.ANNOUNCED):
        raise Refused(_("終了・中止した期は変えられません。"))
    return cohort


def _check_times(starts_at: dt.datetime, ends_at: dt.datetime) -> None:
    if ends_at <= starts_at:
        raise Refused(_("終了の時刻は、開始より後にしてください。"))


def _tell_moved(actor: Actor, cohort: Cohort, session: Session) -> None:
    if cohort.status != states.ANNOUNCED:
        return
    with acting(actor.elevated()):
        seated = Enrolment.objects.filter(cohort=cohort, status__in=states.SEATED)
        for row in wanted(session) if session.is_make_up else seated:
            notices.moved(row, cohort, session)
