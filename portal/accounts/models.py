"""People, the roles they hold for a time, and invitations."""

import datetime as dt

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now, TruncDate
from django.utils.translation import gettext_lazy as _

from portal.accounts import roles
from portal.kernel import clock


class UserManager(BaseUserManager["User"]):
    """Creates people; there is no superuser, because nobody stands outside the roles."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """A person without any role. Without a password only another way of sign-in works."""
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person who may sign in; known by the e-mail address, which is kept in lower case.

    `credentials_version` rises with every change of a factor: it is part of the session's
    fingerprint, so that all other sessions end at once (ASVS 7.4.3).
    """

    email = models.EmailField(
        _("メールアドレス"),
        unique=True,
        error_messages={"unique": _("このメールアドレスはすでに登録されています。")},
    )
    name = models.CharField(_("氏名"), max_length=100)
    name_kana = models.CharField(_("氏名(カナ)"), max_length=100, blank=True)
    phone = models.CharField(_("電話番号"), max_length=20, blank=True)
    language = models.CharField(
        _("表示言語"), max_length=2, choices=settings.LANGUAGES, default="ja"
    )
    keyboard_shortcuts = models.BooleanField(_("キーボードショートカットを使う"), default=True)
    is_active = models.BooleanField(_("有効"), default=True)
    credentials_version = models.PositiveIntegerField(default=1)
    date_joined = models.DateTimeField(_("登録日時"), db_default=Now())

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("利用者")
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_lower"),
            models.CheckConstraint(condition=~Q(email=""), name="user_email_given"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def save(self, *args: object, **kwargs: object) -> None:
        self.email = self.email.strip().lower()
        super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Changes with the password and with every factor."""
        base = super()._get_session_auth_hash(secret=secret)
        return f"{base}.{self.credentials_version}"


def oldest_confirmation(today: dt.date) -> dt.date:
    """A role last confirmed before this day is asleep (settings.ROLE_CONFIRMATION_DAYS)."""
    return today - dt.timedelta(days=settings.ROLE_CONFIRMATION_DAYS)


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """The one place that says which roles count on a day."""

    def held_on(self, today: dt.date) -> "AssignmentQuerySet":
        """Begun, not ended and not taken away; awake or asleep."""
        return self.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=today),
            valid_from__lte=today,
            revoked_at__isnull=True,
        )

    def live_on(self, today: dt.date) -> "AssignmentQuerySet":
        """Held, and confirmed within the year: these may be exercised."""
        return self.held_on(today).filter(confirmed_on__gte=oldest_confirmation(today))

    def asleep_on(self, today: dt.date) -> "AssignmentQuerySet":
        """Held, but the yearly confirmation is overdue: to be confirmed or ended."""
        return self.held_on(today).filter(confirmed_on__lt=oldest_confirmation(today))


class Assignment(models.Model):
    """A staff role held by a person, in a ward where the role has one, for a time (職員の役割).

    The end date is how a yearly transfer (人事異動) takes effect by itself; `revoked_at` ends it at
    once. Rows are never deleted.

    `confirmed_on` is the day (Tokyo) on which the role was last given or confirmed (年次の権限確認);
    `confirmed_by` is empty as long as nobody has confirmed it since it was given.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField(_("役割"), max_length=20, choices=roles.choices(roles.STAFF_ROLES))
    ward_id = models.PositiveIntegerField(_("区"), null=True, blank=True)
    valid_from = models.DateField(_("開始日"))
    valid_to = models.DateField(_("終了日"), null=True, blank=True)
    reason = models.CharField(_("付与の理由"), max_length=200, blank=True)
    granted_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="granted_assignments"
    )
    granted_at = models.DateTimeField(db_default=Now())
    revoked_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="revoked_assignments"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoke_reason = models.CharField(_("取消しの理由"), max_length=200, blank=True)
    confirmed_on = models.DateField(_("確認日"), db_default=TruncDate(Now(), tzinfo=clock.TOKYO))
    confirmed_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="confirmed_assignments"
    )

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("役割の割当て")
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("user")),
                name="assignment_confirmed_by_another",
                violation_error_message=_("ご自身の役割は確認できません。"),
            ),
            models.CheckConstraint(
                condition=~Q(role__in=roles.codes(roles.WARD_ROLES)) | Q(ward_id__isnull=False),
                name="assignment_ward_given",
                violation_error_message=_("この役割には区を指定してください。"),
            ),
            models.CheckConstraint(
                condition=~Q(role__in=roles.codes(roles.ALL_WARD_ROLES)) | Q(ward_id__isnull=True),
                name="assignment_all_wards",
                violation_error_message=_("この役割は全区が対象です。区は指定できません。"),
            ),
            models.CheckConstraint(
                condition=Q(role__in=roles.codes(roles.STAFF_ROLES)), name="assignment_staff_role"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="assignment_period",
                violation_error_message=_("終了日は開始日以降にしてください。"),
            ),
            models.UniqueConstraint(
                fields=["user", "role", "ward_id"],
                condition=Q(revoked_at__isnull=True),
                nulls_distinct=False,
                name="assignment_once",
                violation_error_message=_("この方はすでにこの役割をお持ちです。"),
            ),
        ]
        indexes = [models.Index(fields=["ward_id", "role"], name="assignment_ward")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.ward_id or ''}".strip()

    @property
    def confirm_by(self) -> dt.date:
        """The last day on which the role may be exercised without being confirmed anew."""
        return self.confirmed_on + dt.timedelta(days=settings.ROLE_CONFIRMATION_DAYS)

    def held_on(self, today: dt.date) -> bool:
        """As in the queryset: begun, not ended, not taken away."""
        ended = self.valid_to is not None and self.valid_to < today
        return self.revoked_at is None and self.valid_from <= today and not ended

    def live_on(self, today: dt.date) -> bool:
        """Whether the role may be exercised on that day."""
        return self.held_on(today) and today <= self.confirm_by


class Invitation(models.Model):
    """An invitation by e-mail to one role in one place: once, for 72 hours.

    Only the SHA-256 of the link's token is kept; the link itself is in the e-mail alone.
    """

    email = models.EmailField(_("メールアドレス"))
    role = models.CharField(_("役割"), max_length=20, choices=roles.choices())
    ward_id = models.PositiveIntegerField(_("区"), null=True, blank=True)
    firm_id = models.BigIntegerField(_("企業"), null=True, blank=True)
    valid_to = models.DateField(_("役割の終了日"), null=True, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(_("有効期限"))
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("招待")
        constraints = [
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="invitation_email_lower"
            ),
            models.CheckConstraint(
                condition=Q(
                    role__in=roles.codes(roles.FIRM_ROLES), firm_id__isnull=False, ward_id=None
                )
                | Q(role__in=roles.codes(roles.STAFF_ROLES), firm_id=None),
                name="invitation_place",
            ),
            models.UniqueConstraint(
                fields=["email", "role", "ward_id", "firm_id"],
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                nulls_distinct=False,
                name="invitation_open_once",
            ),
        ]
        indexes = [
            models.Index(fields=["ward_id", "expires_at"], name="invitation_ward"),
            models.Index(fields=["firm_id", "expires_at"], name="invitation_firm"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.ward_id or self.firm_id or ''}".strip()

    def open_at(self, now: dt.datetime) -> bool:
        """Whether the link may still be used."""
        return self.accepted_at is None and self.revoked_at is None and now < self.expires_at
