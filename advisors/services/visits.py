"""Visits: planned and recorded by an advisor. A record that arrives twice is one."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils.translation import gettext as _

from advisors import codes, policies, states
from advisors.models import Engagement, NextAction, TeamMember, Visit, VisitPhoto
from advisors.rules import visits as rules
from advisors.rules.visits import Frame, Span, Times
from advisors.services import moves
from advisors.services.errors import Refused, VisitRefused
from portal.kernel import clock, transitions
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.files import services as files
from portal.kernel.files.rules import PHOTOS

PURPOSE = "advisor_visit"
MOST_NOTE = 4000
MOST_PHOTOS = 12
MOST_ACTIONS = 6


@dataclass(frozen=True, slots=True)
class Action:
    """次の約束 as typed."""

    side: str
    what: str
    owner: str
    due_on: dt.date


@dataclass(frozen=True, slots=True)
class Record:
    """A visit as typed."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    note: str
    decisions: str = ""
    way: str = Visit.Way.ONSITE
    travel_minutes: int = 0
    travel_yen: int = 0
    barriers: Collection[str] = ()
    actions: Collection[Action] = field(default=())


def visit_plan(
    *,
    actor: Actor,
    engagement_id: int,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    way: str = Visit.Way.ONSITE,
) -> Visit:
    """訪問の予定; the firm is told. Raises VisitRefused, Refused, RoleMissing."""
    policies.require(policies.is_advisor(actor))
    with transaction.atomic():
        _one_at_a_time(actor)
        engagement = _engagement(actor, engagement_id)
        member = _member(actor, engagement, clock.to_date(starts_at))
        _check(actor, member, engagement, Times(starts_at, ends_at), planned=True)
        row = Visit.objects.create(
            **_of(engagement, member),
            way=way,
            starts_at=starts_at,
            ends_at=ends_at,
        )
        moves.tell(
            actor,
            row,
            action="advisors.visit_planned",
            event="advisors.visit_planned",
            payload=payload_of(row),
        )
        return row


def visit_cancel(*, actor: Actor, visit_id: int, reason: str) -> Visit:
    """予定の取りやめ; the firm is told. Raises ReasonMissing, StaleState, RoleMissing."""
    with transaction.atomic():
        row = _own(actor, visit_id)
        transitions.apply(
            table=states.VISIT,
            instance=row,
            action="cancel",
            actor=actor,
            reason=reason,
            payload=payload_of(row),
            fields={"objection": moves.told(reason)},
        )
        return row


def visits_call_off(
    *, actor: Actor, engagement: Engagement, reason: str, but: Collection[int] = ()
) -> None:
    """What was planned and is yet to come is called off, and the firm told: nobody will come.

    `but`: advisors whose visits stay. Within the transaction of what ends them, for its `actor`.
    """
    system = Actor.system("advisors.visits", ward_id=engagement.ward_id)
    with acting(actor.elevated()):
        rows = Visit.objects.select_for_update(of=("self",)).filter(
            engagement=engagement, status=states.PLANNED, starts_at__gt=clock.now()
        )
        for row in rows.exclude(advisor_id__in=but).order_by("pk"):
            transitions.apply(
                table=states.VISIT,
                instance=row,
                action="cancel",
                actor=system,
                reason=reason,
                payload=payload_of(row),
                fields={"objection": moves.told(reason)},
            )


def visit_record(
    *,
    actor: Actor,
    engagement_id: int,
    client_key: uuid.UUID,
    record: Record,
    visit_id: int | None = None,
) -> Visit:
    """Record a visit: a planned or returned one (`visit_id`), or one that nobody had planned.

    The second arrival of `client_key` gives back what the first one wrote, and writes nothing.
    Raises VisitRefused, Refused, StaleState, RoleMissing, DoesNotExist.
    """
    policies.require(policies.is_advisor(actor))
    with transaction.atomic():
        _one_at_a_time(actor)
        if (known := _known(actor, client_key)) is not None:
            return known
        engagement = _engagement(actor, engagement_id)
        day = clock.to_date(record.starts_at)
        member = _member(actor, engagement, day)
        row = _own(actor, visit_id) if visit_id else None
        _require_recordable(row, engagement)
        times = Times(record.starts_at, record.ends_at)
        _check(actor, member, engagement, times, planned=False, record=record, row=row)
        row = row or Visit.objects.create(
            **_of(engagement, member), starts_at=record.starts_at, ends_at=record.ends_at
        )
        _agree(row, record.actions)
        transitions.apply(
            table=states.VISIT,
            instance=row,
            action="record",
            actor=actor,
            payload=payload_of(row),
            detail={"client_key": str(client_key), "minutes": times.minutes},
            fields={
                **_columns(record),
                "member_id": member.pk,
                "side": member.side,
                "client_key": client_key,
            },
        )
        return row


def photo_add(*, actor: Actor, visit_id: int, uploaded: UploadedFile) -> VisitPhoto:
    """A photo of the own visit; the same picture sent again is the same row.

    Raises UploadRefused, Refused (too many, accepted already), RoleMissing, DoesNotExist.
    """
    policies.require(policies.is_advisor(actor))
    row = policies.get_visit(actor, pk=visit_id, advisor_id=actor.user_id)
    key = _photo_key(row, uploaded)
    if (known := VisitPhoto.objects.filter(client_key=key).first()) is not None:
        return known
    if row.status in {states.ACCEPTED, states.CANCELLED}:
        raise Refused(_("受理または取りやめられた訪問には、写真を加えられません。"))
    if row.photos.count() >= MOST_PHOTOS:
        raise Refused(_("写真は1回の訪問に12枚までです。"))
    # Outside the transaction below: a refused file leaves its row, and inspecting takes a while.
    stored = files.store_upload(
        actor=actor,
        uploaded=uploaded,
        purpose=PURPOSE,
        ward_id=row.ward_id,
        firm_id=row.firm_id,
        rules=PHOTOS,
    )
    with transaction.atomic():
        _one_at_a_time(actor)
        if (known := VisitPhoto.objects.filter(client_key=key).first()) is not None:
            return known
        return VisitPhoto.objects.create(
            visit=row,
            ward_id=row.ward_id,
            firm_id=row.firm_id,
            client_key=key,
            stored_file=stored,
            name=stored.original_name,
            has_preview=bool(stored.preview_key),
        )


def _one_at_a_time(actor: Actor) -> None:
    """All posts of one advisor, one after the other, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('advisors.visit'), %s)",
            [policies.person(actor) % 2**31],
        )


def _known(actor: Actor, client_key: uuid.UUID) -> Visit | None:
    """What this key has written. Raises Refused when it is another person's."""
    row = Visit.objects.filter(client_key=client_key).first()
    if row is not None and row.advisor_id != actor.user_id:
        raise Refused(_("この画面の記録はほかの人のものです。画面を開き直してください。"))
    return row


def _engagement(actor: Actor, engagement_id: int) -> Engagement:
    """The engagement. What was over when the record arrives may have gone on at the visit."""
    return policies.get_engagement(actor, pk=engagement_id)


def _member(actor: Actor, engagement: Engagement, day: dt.date) -> TeamMember:
    member = policies.member_on(actor, engagement, day)
    if member is None:
        raise transitions.RoleMissing
    return member


def _own(actor: Actor, visit_id: int) -> Visit:
    policies.require(policies.is_advisor(actor))
    return policies.get_visit(actor, lock=True, pk=visit_id, advisor_id=actor.user_id)


def _require_recordable(row: Visit | None, engagement: Engagement) -> None:
    """Raises StaleState, Refused."""
    if row is None:
        return
    if row.engagement_id != engagement.pk:
        raise Refused(_("この予定は、ほかの企業への訪問です。画面を開き直してください。"))
    if row.status not in states.VISIT.transition("record").sources:
        raise transitions.StaleState(
            _("この訪問は、すでに記録されています。訪問の画面で内容を確かめてください。")
        )


def _check(
    actor: Actor,
    member: TeamMember,
    engagement: Engagement,
    times: Times,
    *,
    planned: bool,
    record: Record | None = None,
    row: Visit | None = None,
) -> None:
    """Raises VisitRefused, Refused."""
    now = clock.now()
    last = engagement.closed_on or engagement.ends_on
    frame = Frame(
        Span(engagement.starts_on, min(last, engagement.ends_on)),
        Span(member.since, member.until),
        Span(member.advisor.contract_from, member.advisor.contract_to),
        tuple(_others(actor, times, row)),
    )
    day = clock.to_date(times.starts_at)
    found = rules.faults(times, frame, now=now, day=day, today=clock.to_date(now), planned=planned)
    if record:
        found += rules.travel_faults(record.travel_minutes, record.travel_yen)
        _check_words(record)
    if found:
        raise VisitRefused(found)


def _check_words(record: Record) -> None:
    """Raises Refused."""
    if not record.note.strip():
        raise Refused(_("訪問の記録を入力してください。"))
    if len(record.note) > MOST_NOTE or len(record.decisions) > moves.LONGEST:
        raise Refused(_("記録は4000字、決めたことは2000字までです。分けて書いてください。"))
    if not set(record.barriers) <= codes.BARRIERS.keys() or record.way not in Visit.Way.values:
        raise Refused(_("一覧にない項目が選ばれています。選び直してください。"))


def _others(actor: Actor, times: Times, row: Visit | None) -> list[Times]:
    """The advisor's other visits around that time; plans count as well as records."""
    near = Visit.objects.filter(
        advisor_id=actor.user_id, starts_at__lt=times.ends_at, ends_at__gt=times.starts_at
    )
    rows = near.exclude(status=states.CANCELLED).exclude(pk=row.pk if row else 0)
    return [
        Times(other.starts_at, other.ends_at, other.engagement.firm_name)
        for other in rows.select_related("engagement")
    ]


def _of(engagement: Engagement, member: TeamMember) -> dict[str, Any]:
    return {
        "engagement": engagement,
        "ward_id": engagement.ward_id,
        "firm_id": engagement.firm_id,
        "member": member,
        "advisor_id": member.user_id,
        "side": member.side,
    }


def _columns(record: Record) -> dict[str, Any]:
    return {
        "way": record.way,
        "starts_at": record.starts_at,
        "ends_at": record.ends_at,
        "travel_minutes": record.travel_minutes,
        "travel_yen": record.travel_yen,
        "note": moves.told(record.note, MOST_NOTE),
        "decisions": moves.told(record.decisions),
        "barriers": [code for code in codes.BARRIERS if code in record.barriers],
        "recorded_at": clock.database_now(),
        "objection": "",
        # The firm has confirmed what was written before, not this.
        "confirmed_by_id": None,
        "confirmed_at": None,
    }


def _agree(row: Visit, actions: Collection[Action]) -> None:
    """The promises of the visit, in place of those of a record that came back."""
    row.actions.all().delete()
    NextAction.objects.bulk_create(
        NextAction(
            visit=row,
            engagement_id=row.engagement_id,
            ward_id=row.ward_id,
            firm_id=row.firm_id,
            side=action.side,
            what=moves.told(action.what, 200),
            owner=moves.told(action.owner, 60),
            due_on=action.due_on,
        )
        for action in list(actions)[:MOST_ACTIONS]
    )


def _photo_key(row: Visit, uploaded: UploadedFile) -> uuid.UUID:
    """The same picture of the same visit has the same key, whoever sends it and how often."""
    digest = hashlib.sha256()
    for chunk in uploaded.chunks():
        digest.update(chunk)
    uploaded.seek(0)
    return uuid.uuid5(row.public_id, digest.hexdigest())


def payload_of(row: Visit) -> dict[str, Any]:
    """What the events of a visit carry."""
    return {
        "visit_id": row.pk,
        "engagement_id": row.engagement_id,
        "ward_id": row.ward_id,
        "firm_id": row.firm_id,
    }
