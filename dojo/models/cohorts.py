"""期: a course given once, for a ward or several, with its days and lecturers."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from dojo import states
from dojo.models.courses import Course, CurriculumUnit
from portal.kernel.transitions import State
from programs.models.keys import person_key, ward_key

MOST_SEATS = 500


class Cohort(models.Model):
    """One cohort of a course. `ward` holds it; `wards` are those whose firms may take part.

    Applications are taken from `opens_on` to `closes_on`, both included (Tokyo). `taken` counts seats (offers
    included) and `waiting` the list; both are counted anew under the row's lock. `rule` is the
    course's completion rule as it was published.
    """

    class Selection(models.TextChoices):
        FIRST_COME = "first_come", _("先着順")
        CHOSEN = "chosen", _("選考")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="cohorts")
    ward = ward_key()
    fiscal_year = models.PositiveSmallIntegerField(_("年度"))
    number = models.PositiveSmallIntegerField(_("期"))
    status = models.CharField(
        _("状態"),
        max_length=9,
        default=states.DRAFT,
        choices=states.COHORT.choices,
    )
    capacity = models.PositiveSmallIntegerField(_("定員"))
    taken = models.PositiveSmallIntegerField(_("決まった席"), default=0)
    waiting = models.PositiveSmallIntegerField(_("補欠の数"), default=0)
    selection = models.CharField(_("決め方"), max_length=10, choices=Selection)
    criteria = models.TextField(_("選考の基準"), blank=True)
    opens_on = models.DateField(_("募集の開始"))
    closes_on = models.DateField(_("募集の終わり"))
    accept_days = models.PositiveSmallIntegerField(_("繰上げの返事の日数"), default=3)
    place = models.CharField(_("会場"), max_length=200)
    online_url = models.URLField(_("オンラインの入口"), max_length=300, blank=True)
    message = models.TextField(_("この期について"), blank=True)
    contact = models.CharField(_("問合せ先"), max_length=200)
    rule = models.JSONField(_("修了の要件"))
    created_by = person_key(null=True, db_index=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("期")
        ordering = ["-fiscal_year", "-number", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ward", "course", "fiscal_year", "number"], name="cohort_number_once"
            ),
            models.CheckConstraint(
                condition=Q(capacity__gte=1, capacity__lte=MOST_SEATS),
                name="cohort_capacity",
                violation_error_message=_("定員は1人から500人までにしてください。"),
            ),
            models.CheckConstraint(
                condition=Q(taken__lte=F("capacity")),
                name="cohort_seats",
                violation_error_message=_("定員より多くの席は決められません。"),
            ),
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")),
                name="cohort_window",
                violation_error_message=_("募集の終わりは、開始以降の日にしてください。"),
            ),
            models.CheckConstraint(
                condition=~Q(selection="chosen") | ~Q(criteria=""),
                name="cohort_criteria_published",
                violation_error_message=_("選考で決める期には、公表する基準を書いてください。"),
            ),
        ]
        indexes = [
            models.Index(fields=["ward", "fiscal_year", "id"], name="cohort_of_ward"),
            models.Index(fields=["status", "closes_on", "id"], name="cohort_open"),
        ]

    def __str__(self) -> str:
        return f"{self.course_id} {self.ward_id} {self.fiscal_year}-{self.number}"

    @property
    def state(self) -> State:
        return states.COHORT.state(self.status)

    @property
    def free(self) -> int:
        """Seats that nobody holds."""
        return self.capacity - self.taken


class CohortWard(models.Model):
    """A ward whose firms may take part; the ward that holds the cohort is always among them."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="wards")
    ward = ward_key()

    class Meta:
        verbose_name = _("対象の区")
        ordering = ["ward_id"]
        constraints = [models.UniqueConstraint(fields=["ward", "cohort"], name="cohort_ward_once")]

    def __str__(self) -> str:
        return f"{self.cohort_id} {self.ward_id}"


class Session(models.Model):
    """一回の開催. Place and link are the cohort's where empty. `is_make_up`: an extra one (補講)."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="sessions")
    unit = models.ForeignKey(CurriculumUnit, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField(_("開始"))
    ends_at = models.DateTimeField(_("終了"))
    place = models.CharField(_("会場"), max_length=200, blank=True)
    online_url = models.URLField(_("オンラインの入口"), max_length=300, blank=True)
    is_make_up = models.BooleanField(_("補講"), default=False)

    class Meta:
        verbose_name = _("開催日")
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="session_ends_later",
                violation_error_message=_("終了の時刻は、開始より後にしてください。"),
            ),
            models.UniqueConstraint(
                fields=["cohort", "unit"],
                condition=Q(is_make_up=False),
                name="session_of_unit_once",
            ),
        ]
        indexes = [models.Index(fields=["starts_at"], name="session_by_day")]

    def __str__(self) -> str:
        return f"{self.cohort_id} {self.unit_id} {self.starts_at:%Y-%m-%d}"


class Lecturer(models.Model):
    """講師 of a cohort. `user` is set for those who work in the portal; a peer owner
    (成功事例を持つ経営者) tells the own story and needs no account.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="lecturers")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    name = models.CharField(_("氏名"), max_length=100)
    profile = models.CharField(_("肩書・所属"), max_length=200)
    is_peer = models.BooleanField(_("町工場の経営者として体験を話す"), default=False)
    story = models.TextField(_("体験談"), blank=True)

    class Meta:
        verbose_name = _("講師")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "cohort"],
                condition=Q(user__isnull=False),
                name="lecturer_once",
            ),
            models.CheckConstraint(
                condition=Q(is_peer=False) | ~Q(story=""),
                name="peer_has_story",
                violation_error_message=_("経営者の講師には、体験談を書いてください。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name
