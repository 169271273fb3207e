"""Meetings of the consortium with their minutes, and documents for all or some members."""

import uuid

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from lab.consortium import collab_states as states
from lab.consortium.models.members import Member
from portal.kernel.transitions import State
from programs.models.keys import person_key, ward_key


class Meeting(models.Model):
    """A meeting. `ward` is the secretariat's that calls it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ward = ward_key()
    title = models.CharField(_("会議の名称"), max_length=100)
    starts_at = models.DateTimeField(_("日時"))
    place = models.CharField(_("会場"), max_length=120)
    agenda = models.TextField(_("議題"), blank=True)
    status = models.CharField(
        _("状態"), max_length=6, default=states.CALLED, choices=states.MEETING.choices
    )
    reason = models.TextField(_("中止の理由"), blank=True)
    called_by = person_key(db_index=False)

    class Meta:
        verbose_name = _("コンソーシアムの会議")
        ordering = ["-starts_at", "-id"]

    def __str__(self) -> str:
        return self.title

    @property
    def state(self) -> State:
        return states.MEETING.state(self.status)


class Minutes(models.Model):
    """議事録, one version; a correction is the next. Append-only. `decisions`: one a line."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="minutes")
    number = models.PositiveSmallIntegerField(_("版"))
    text = models.TextField(_("議事の内容"))
    decisions = models.TextField(_("決まったこと"), blank=True)
    written_by = person_key(db_index=False)
    writer_name = models.CharField(_("書いた人"), max_length=150)
    written_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("議事録")
        ordering = ["meeting", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="consortium_minutes_once"),
        ]

    def __str__(self) -> str:
        return f"{self.meeting} {self.number}"

    @property
    def decided(self) -> list[str]:
        return [line for line in self.decisions.splitlines() if line.strip()]


class Attendance(models.Model):
    """A member was there, as this version says. Append-only."""

    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="attended")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("会議の出席")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["minutes", "member"], name="consortium_attendance_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.member)


class MeetingAction(models.Model):
    """宿題: what a member does, by which day."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="actions")
    what = models.CharField(_("すること"), max_length=200)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(_("期限"))
    done_at = models.DateTimeField(_("済んだ日時"), null=True)

    class Meta:
        verbose_name = _("会議の宿題")
        ordering = ["due_on", "id"]

    def __str__(self) -> str:
        return self.what


class Document(models.Model):
    """A document for all members, or for those that `readers` names. `member` handed it in."""

    class Seen(models.TextChoices):
        ALL = "all", _("すべての会員")
        NAMED = "named", _("選んだ会員だけ")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("文書の名前"), max_length=100)
    seen_by = models.CharField(_("見られる会員"), max_length=5, choices=Seen)
    stored_file = models.OneToOneField(
        "kernel.StoredFile", on_delete=models.PROTECT, related_name="+"
    )
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", null=True)
    added_by = person_key(db_index=False)
    added_at = models.DateTimeField(db_default=Now())
    removed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("コンソーシアムの文書")
        ordering = ["-added_at", "-id"]

    def __str__(self) -> str:
        return self.title


class DocumentReader(models.Model):
    """A member that may read a document of `NAMED`. Append-only."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="readers")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("文書を見られる会員")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["document", "member"], name="consortium_reader_once"),
        ]

    def __str__(self) -> str:
        return str(self.member)
