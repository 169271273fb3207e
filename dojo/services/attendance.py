"""出席: by the room's code on a phone, by list; corrections replace, nothing is overwritten."""

import datetime as dt
from collections.abc import Mapping

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from dojo import policies, states
from dojo.models import Attendance, Enrolment, Session
from dojo.rules import codes, completion, presence
from dojo.services import causes
from dojo.services.errors import Refused
from portal.accounts.policies import person_id
from portal.kernel import audit, clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.transitions import RoleMissing

SALT = "dojo.room"
# A picture of the code that is sent to somebody at home is worth this long.
TOKEN_SECONDS = 600
# Wrong digits before the person has to wait, and for how long.
MOST_GUESSES = 5
GUESS_SECONDS = 600

Mark = tuple[str, int | None]


def room_token(session_id: int) -> str:
    """What the room's QR code carries: signed, of one session, with the time it was made."""
    return signing.dumps(session_id, salt=SALT, compress=False)


def room_digits(session_id: int, at: dt.datetime) -> str:
    """The digits shown beside it."""
    number = codes.window(int(at.timestamp()))
    return codes.digits(_key(), session_id=session_id, number=number)


def session_of(token: str) -> int:
    """The session of a room's code. Raises Refused, in words, for what is expired or not ours."""
    try:
        return int(signing.loads(token, salt=SALT, max_age=TOKEN_SECONDS))
    except signing.SignatureExpired as error:
        raise Refused(
            _(
                "このQRコードは期限が切れています。会場に表示されている新しいコードを読み取ってください。"
            )
        ) from error
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise Refused(
            _("出席のコードではないか、読み取れませんでした。もう一度読み取ってください。")
        ) from error


def check_in(
    *, actor: Actor, now: dt.datetime, token: str = "", session_id: int = 0, digits: str = ""
) -> Attendance:
    """出席する, with the room's QR code or its digits.

    Raises Refused (expired, wrong, another cohort's, before or after the session, recorded already),
    RoleMissing.
    """
    if actor.hat != Hat.FIRM:
        raise RoleMissing
    way = Attendance.Way.QR if token else Attendance.Way.CODE
    wanted = session_of(token) if token else session_id
    session = Session.objects.select_related("cohort", "unit").filter(pk=wanted).first()
    row = own_seat(actor, session) if session is not None else None
    if session is None or row is None:
        raise Refused(
            _("この回の受講者ではありません。ご自分の期の会場のコードを読み取ってください。")
        )
    if way == Attendance.Way.CODE:
        _check_digits(actor, session, digits, now)
    if not presence.doors_are_open(starts_at=session.starts_at, ends_at=session.ends_at, at=now):
        raise Refused(_closed(session, now))
    mark, minutes = presence.arrival(
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        at=now,
        grace_minutes=rule_of(session).grace_minutes,
    )
    with acting(actor.elevated()):
        # Every record of a person is written under the lock of their seat.
        Enrolment.objects.select_for_update().get(pk=row.pk)
        found = Attendance.objects.filter(enrolment=row, session=session, replaced_by=None).first()
        if found is not None:
            raise Refused(_already(found))
        made = Attendance.objects.create(
            enrolment=row,
            session=session,
            mark=mark,
            minutes=minutes,
            way=way,
            recorded_by_id=person_id(actor),
        )
        _note(actor, made, session)
    return made


def attendance_record(
    *, actor: Actor, session_id: int, marks: Mapping[int, Mark], reason: str = ""
) -> int:
    """By list: enrolment → (mark, minutes or None for the usual). Unchanged rows stay; a changed one is a correction
    and needs the reason. Returns how many rows were written.

    Raises Session.DoesNotExist, RoleMissing, Refused.
    """
    with transaction.atomic():
        session = Session.objects.select_related("cohort", "unit").get(pk=session_id)
        if not policies.may_keep_roster(actor, session.cohort):
            raise RoleMissing
        if session.starts_at > clock.now():
            raise Refused(_("まだ始まっていない回の出席は記録できません。"))
        if session.cohort.status == states.ENDED:
            raise Refused(_("終わった期の出席は変えられません。"))
        with acting(actor.elevated()):
            return _write(actor, session, marks, reason.strip())


def own_seat(actor: Actor, session: Session) -> Enrolment | None:
    """The person's own seat in the session's cohort."""
    rows = policies.visible_enrolments(actor)
    return rows.filter(
        cohort_id=session.cohort_id, person_id=actor.user_id, status=states.ENROLLED
    ).first()


def rule_of(session: Session) -> completion.CompletionRule:
    """The cohort's rule; only what concerns a single session is of use here."""
    data = session.cohort.rule
    return completion.parse(data, units=data["units"])


def _write(actor: Actor, session: Session, marks: Mapping[int, Mark], reason: str) -> int:
    seats = Enrolment.objects.filter(
        cohort_id=session.cohort_id, status=states.ENROLLED, pk__in=marks
    )
    # Locked first: what a colleague or the person records meanwhile is known then.
    rows = list(seats.select_for_update().order_by("pk"))
    known = {
        row.enrolment_id: row
        for row in Attendance.objects.filter(session=session, replaced_by=None)
    }
    written = 0
    for row in rows:
        mark, minutes = _complete(session, *marks[row.pk])
        before = known.get(row.pk)
        if before is not None and (before.mark, before.minutes) == (mark, minutes):
            continue
        causes.require_another(actor, row)
        if before is not None and not reason:
            raise Refused(
                _("%(name)sさんの出席は記録済みです。直すときは、訂正の理由を書いてください。")
                % {"name": row.person_name}
            )
        made = Attendance.objects.create(
            enrolment=row,
            session=session,
            mark=mark,
            minutes=minutes,
            way=Attendance.Way.LIST,
            replaces=before,
            reason=reason if before else "",
            recorded_by_id=person_id(actor),
        )
        _note(actor, made, session, before)
        written += 1
    return written


def _complete(session: Session, mark: str, minutes: int | None) -> tuple[str, int]:
    """The usual minutes where none were typed. Raises Refused."""
    whole = presence.minutes_between(session.starts_at, session.ends_at)
    if mark not in presence.MARKS:
        raise Refused(_("出欠を選び直してください。"))
    if mark == presence.ABSENT:
        return mark, 0
    if mark == presence.PRESENT:
        return mark, whole
    if minutes is None:
        raise Refused(_("遅刻・一部出席には、出席した分数を書いてください。"))
    if not 0 < minutes <= whole:
        raise Refused(_("出席した時間は1分から%(most)d分までで書いてください。") % {"most": whole})
    return mark, minutes


def _note(
    actor: Actor, made: Attendance, session: Session, before: Attendance | None = None
) -> None:
    audit.record(
        actor=actor,
        action="dojo.attendance_corrected" if before else "dojo.attended",
        obj=made,
        ward_id=session.cohort.ward_id,
        reason=made.reason,
        changes={"mark": [before.mark, made.mark]} if before else None,
        detail={"enrolment": made.enrolment_id, "session": session.pk, "way": made.way},
    )


def _check_digits(actor: Actor, session: Session, typed: str, now: dt.datetime) -> None:
    """Raises Refused for wrong digits, and for more guesses than a slip of the finger explains."""
    key = f"dojo.guesses.{session.pk}.{actor.user_id}"
    if cache.get(key, 0) >= MOST_GUESSES:
        raise Refused(_("続けて違う数字が入力されました。10分待つか、講師に出席を伝えてください。"))
    if not codes.fits(
        _key(), session_id=session.pk, typed=typed.strip(), seconds=int(now.timestamp())
    ):
        cache.add(key, 0, GUESS_SECONDS)
        cache.incr(key)
        raise Refused(
            _("数字が違うか、期限が切れています。会場に表示されている数字を入力してください。")
        )


def _closed(session: Session, now: dt.datetime) -> str:
    if now > session.ends_at:
        return _("この回は終わりました。出席していた方は、講師か区に伝えてください。")
    return _("この回の受付は、開始の%(minutes)d分前からです。") % {
        "minutes": presence.DOORS_OPEN_MINUTES
    }


def _already(found: Attendance) -> str:
    at = found.recorded_at.astimezone(clock.TOKYO)
    return _("この回の出席は、%(at)sに記録済みです。もう一度読み取る必要はありません。") % {
        "at": f"{at:%H:%M}"
    }


def _key() -> bytes:
    return settings.SECRET_KEY.encode()
