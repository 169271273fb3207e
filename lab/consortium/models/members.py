"""Who belongs to the consortium, and who speaks for whom."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from lab.consortium.codes import INSTITUTIONS, Kind


class Member(models.Model):
    """An organisation. `ward` is set for a ward alone: its officials act for it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("種類"), max_length=10, choices=Kind)
    name = models.CharField(_("名称"), max_length=100)
    strengths = models.CharField(_("得意な分野・できること"), max_length=300, blank=True)
    ward = models.ForeignKey(
        "programs.Ward", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    joined_on = models.DateField(_("入会日"))
    left_on = models.DateField(_("退会日"), null=True)

    class Meta:
        verbose_name = _("コンソーシアム会員")
        ordering = ["kind", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=Q(left_on=None), name="consortium_member_once"
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.WARD, ward__isnull=False)
                | (~Q(kind=Kind.WARD) & Q(ward=None)),
                name="consortium_member_ward",
            ),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gte=F("joined_on")),
                name="consortium_member_left",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_institution(self) -> bool:
        """A school or a 公設試: may answer a problem."""
        return self.kind in INSTITUTIONS


class Contact(models.Model):
    """Somebody of a member. With `user` the person signs in and acts for the member."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="contacts")
    name = models.CharField(_("氏名"), max_length=60)
    post = models.CharField(_("部署・役職"), max_length=80, blank=True)
    email = models.EmailField(_("メールアドレス"), blank=True)
    phone = models.CharField(_("電話番号"), max_length=20, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    added_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("会員の担当者")
        ordering = ["id"]
        constraints = [
            # Nobody speaks for two members: a bank must not read as a university.
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(ended_at=None, user__isnull=False),
                name="consortium_contact_one_member",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.post}".strip()
