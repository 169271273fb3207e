"""What a ward sets for all its letters and decisions, and the papers it hands out."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class WardRules(models.Model):
    """区の設定: the seal of its letters, and up to which amount an approver decides (専決).

    A ward without a row has the usual: letters say 公印省略, approvers decide any amount.
    `approval_limit_yen` (円) None is no limit; `ApprovalLimit` names people with another one.
    """

    class Seal(models.TextChoices):
        STAMPED = "stamped", _("公印を押す（印刷した紙に押す場所を空ける）")
        ELECTRONIC = "electronic", _("電子公印を印刷する")
        OMITTED = "omitted", _("公印を省略する（「公印省略」と書く）")

    ward = models.OneToOneField(
        "programs.Ward", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    seal = models.CharField(_("公印"), max_length=12, choices=Seal, default=Seal.OMITTED)
    seal_text = models.CharField(_("電子公印の文字"), max_length=16, blank=True)
    approval_limit_yen = models.PositiveBigIntegerField(_("専決の限度額（円）"), null=True)

    class Meta:
        verbose_name = _("区の設定")
        constraints = [
            models.CheckConstraint(
                condition=~Q(seal="electronic") | ~Q(seal_text=""),
                name="ward_seal_has_text",
                violation_error_message=_("電子公印の文字を入力してください。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.ward_id}"


class ApprovalLimit(models.Model):
    """専決: one approver's own limit in yen, in place of the ward's; None decides any amount."""

    ward = models.ForeignKey(
        "programs.Ward", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    limit_yen = models.PositiveBigIntegerField(_("専決の限度額（円）"), null=True)

    class Meta:
        verbose_name = _("決裁者ごとの専決の限度額")
        constraints = [models.UniqueConstraint(fields=["ward", "user"], name="approval_limit_once")]

    def __str__(self) -> str:
        return f"{self.ward_id} {self.user_id}"


class DocumentTemplate(models.Model):
    """ひな形: the file a scheme hands out for a document that it asks for (`Document.code`).

    A newer one takes its place (`replaced_at`); the earlier stays, as what firms were given.
    """

    scheme = models.ForeignKey(
        "subsidies.Scheme", on_delete=models.PROTECT, related_name="templates", db_index=False
    )
    ward = models.ForeignKey(
        "programs.Ward", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    code = models.CharField(max_length=80)
    stored_file = models.ForeignKey("kernel.StoredFile", on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    added_at = models.DateTimeField(db_default=Now())
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("ひな形")
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "code"],
                condition=Q(replaced_at=None),
                name="document_template_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.scheme_id} {self.code}"
