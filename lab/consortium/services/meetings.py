"""Meetings, their minutes in versions, what members take home, and documents."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils.translation import gettext as _

from lab.consortium import collab_states as states
from lab.consortium import policies
from lab.consortium.models import (
    Attendance,
    Document,
    DocumentReader,
    Meeting,
    MeetingAction,
    Member,
    Minutes,
)
from lab.consortium.services.errors import Refused
from lab.consortium.services.parts import paper_in, writing
from portal.kernel import audit, clock, outbox, transitions
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.texts import plain
from portal.kernel.transitions import StaleState

PURPOSE = "consortium_document"
MOST_FILES = 100


@dataclass(frozen=True, slots=True)
class Written:
    """Minutes as typed. `base`: the version the writer has read, 0 for none."""

    text: str
    decisions: str
    attended: Collection[int]
    base: int


def meeting_call(
    *, actor: Actor, title: str, starts_at: dt.datetime, place: str, agenda: str = ""
) -> Meeting:
    """会議を開く: all members are told. Raises Refused (a time gone by), RoleMissing."""
    ward_id = policies.own_ward(actor)
    if starts_at <= clock.now():
        raise Refused(_("日時が過ぎています。これからの日時を入力してください。"))
    with transaction.atomic(), acting(actor.elevated()):
        _check_once(title, starts_at)
        row = Meeting.objects.create(
            ward_id=ward_id,
            title=plain(title, 100),
            starts_at=starts_at,
            place=plain(place, 120),
            agenda=plain(agenda, 2000),
            called_by_id=policies.person(actor),
        )
        outbox.publish(
            name="consortium.meeting_called",
            subject=row.pk,
            ward_id=row.ward_id,
            payload={"meeting_id": row.pk},
        )
        audit.record(actor=actor, action="consortium.meeting_called", obj=row)
        return row


def _check_once(title: str, starts_at: dt.datetime) -> None:
    """All members are told: the same meeting sent twice is one. Raises Refused."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('consortium.meeting'))")
    rows = Meeting.objects.filter(title=plain(title, 100), starts_at=starts_at)
    if rows.exclude(status=states.OFF).exists():
        raise Refused(_("同じ名称・日時の会議が、すでにあります。一覧で確かめてください。"))


def minutes_write(*, actor: Actor, meeting_id: int, given: Written) -> Minutes:
    """議事録: the first version publishes them, a later one corrects them.

    Raises Refused (another tab was quicker, the meeting is still to come), StaleState (called off).
    """
    seen = _kept(actor, meeting_id)
    with writing(actor, seen) as row:
        if row.status == states.OFF:
            raise StaleState
        if row.starts_at > clock.now():
            raise Refused(_("会議がまだ始まっていません。終わってから議事録を書いてください。"))
        last = Minutes.objects.filter(meeting=row).order_by("-number").first()
        number = last.number if last else 0
        if given.base != number:
            raise Refused(
                _(
                    "ほかの画面で第%(n)d版が保存されています。開き直して、直したい所を書き足してください。"
                )
                % {"n": number}
            )
        minutes = Minutes.objects.create(
            meeting=row,
            number=number + 1,
            text=plain(given.text, 10_000),
            decisions=plain(given.decisions, 3000),
            written_by_id=policies.person(actor),
            writer_name=actor.name[:150],
        )
        members = Member.objects.filter(pk__in=given.attended)
        Attendance.objects.bulk_create(
            Attendance(minutes=minutes, member=member) for member in members
        )
        if row.status == states.CALLED:
            _move(actor, row, "hold")
        else:
            audit.record(actor=actor, action="consortium.minutes_corrected", obj=row)
        return minutes


def meeting_call_off(*, actor: Actor, meeting_id: int, reason: str) -> Meeting:
    """中止する. Raises ReasonMissing, StaleState."""
    seen = _kept(actor, meeting_id)
    with writing(actor, seen) as row:
        told = plain(reason, 500)
        _move(actor, row, "call_off", why=told, reason=told)
        return row


def action_add(
    *, actor: Actor, meeting_id: int, what: str, member_id: int, due_on: dt.date
) -> MeetingAction:
    """宿題を加える. Raises Refused, RoleMissing."""
    seen = _kept(actor, meeting_id)
    with writing(actor, seen) as row:
        member = Member.objects.filter(pk=member_id, left_on=None).first()
        if member is None:
            raise Refused(_("担当の会員を選んでください。"))
        if due_on < clock.to_date(row.starts_at):
            raise Refused(_("期限は、会議の日より後にしてください。"))
        action = MeetingAction.objects.create(
            meeting=row, what=plain(what, 200), member=member, due_on=due_on
        )
        audit.record(actor=actor, action="consortium.action_added", obj=row)
        return action


def action_done(*, actor: Actor, meeting_id: int, action_id: int) -> MeetingAction:
    """済んだ, said by the member's person or the secretariat. Raises StaleState, RoleMissing."""
    seen = policies.get_meeting(actor, pk=meeting_id)
    member = policies.own_member(actor)
    with writing(actor, seen) as row:
        action = MeetingAction.objects.filter(pk=action_id, meeting=row, done_at=None).first()
        if action is None:
            raise StaleState
        owns = member is not None and action.member_id == member.pk
        policies.require(policies.is_staff(actor) or owns)
        action.done_at = clock.now()
        action.save(update_fields=["done_at"])
        audit.record(actor=actor, action="consortium.action_done", obj=row)
        return action


def document_add(
    *,
    actor: Actor,
    title: str,
    uploaded: UploadedFile | None,
    seen_by: str,
    readers: Collection[int] = (),
) -> Document:
    """文書を加える, for all members or for some. Raises Refused (nobody named), UploadRefused."""
    member = policies.own_member(actor)
    policies.require(policies.is_staff(actor) or member is not None)
    named = set(readers) if seen_by == Document.Seen.NAMED else set()
    if seen_by == Document.Seen.NAMED and not named:
        raise Refused(_("見られる会員を1つ以上選んでください。"))
    if member and Document.objects.filter(member=member, removed_at=None).count() >= MOST_FILES:
        raise Refused(
            _("文書は会員ごとに%(n)d件までです。使わない文書を見られなくしてください。")
            % {"n": MOST_FILES}
        )
    stored = paper_in(actor, uploaded, PURPOSE, None)
    with transaction.atomic(), acting(actor.elevated()):
        row = Document.objects.create(
            title=plain(title, 100),
            seen_by=seen_by,
            stored_file=stored,
            member=member,
            added_by_id=policies.person(actor),
        )
        DocumentReader.objects.bulk_create(
            DocumentReader(document=row, member=reader)
            for reader in Member.objects.filter(pk__in=named, left_on=None)
        )
        audit.record(actor=actor, action="consortium.document_added", obj=row)
        return row


def document_remove(*, actor: Actor, document_id: int) -> Document:
    """見られなくする, by who handed it in or the secretariat. Raises StaleState, RoleMissing."""
    seen = policies.get_document(actor, pk=document_id)
    member = policies.own_member(actor)
    owns = member is not None and seen.member_id == member.pk
    policies.require(policies.is_staff(actor) or owns)
    with writing(actor, seen) as row:
        if row.removed_at is not None:
            raise StaleState
        row.removed_at = clock.now()
        row.save(update_fields=["removed_at"])
        audit.record(actor=actor, action="consortium.document_removed", obj=row)
        return row


def _kept(actor: Actor, meeting_id: int) -> Meeting:
    policies.require(policies.is_staff(actor))
    return policies.get_meeting(actor, pk=meeting_id)


def _move(actor: Actor, row: Meeting, action: str, *, why: str = "", **fields: Any) -> None:
    transitions.apply(
        table=states.MEETING,
        instance=row,
        action=action,
        actor=actor,
        reason=why,
        payload={"meeting_id": row.pk},
        fields=fields,
    )
