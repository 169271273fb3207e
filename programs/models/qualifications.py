"""Facts of a firm, or of a person in it, that schemes give weight to."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from programs.models.firms import Firm
from programs.models.wards import Ward


class Qualification(models.Model):
    """修了・認定などの事実: that somebody finished the Dojo, that a firm has declared something.

    Facts below, points above: what a fact is worth is the business of a scheme version's bonus
    rule (subsidies.rules.bonus). A fact is never changed, only revoked with a reason. `ward` is the
    one that granted or recorded it; every ward that sees the firm reads it. Days are of Tokyo;
    it holds on `expires_on` itself, None never ends.
    """

    class Kind(models.TextChoices):
        DOJO_GRADUATE = "dojo_graduate", _("DX道場の修了")
        LEADER_COURSE = "leader_course", _("DXリーダー講座の修了")
        ADVISOR_SUPPORT = "advisor_support", _("DXアドバイザーの支援の完了")
        SDGS = "sdgs", _("SDGsの取組みの宣言")
        WAGE_RAISE = "wage_raise", _("賃上げの計画の表明")
        ADVANCED_EQUIPMENT = "advanced_equipment", _("先端設備等導入計画の認定")
        CONTINUITY_PLAN = "continuity_plan", _("事業継続力強化計画の認定")
        HEALTH = "health", _("健康経営の認定")

    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="qualifications")
    ward = models.ForeignKey(Ward, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(_("種類"), max_length=20, choices=Kind)
    cohort = models.CharField(_("期・回"), max_length=80, blank=True)
    number = models.CharField(_("番号"), max_length=40, blank=True)
    person_name = models.CharField(_("修了した人"), max_length=100, blank=True)
    granted_on = models.DateField(_("付与日"))
    expires_on = models.DateField(_("有効期限"), null=True, blank=True)
    source = models.CharField(_("根拠"), max_length=200)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="empty where a job recorded it",
    )
    recorded_at = models.DateTimeField(db_default=Now())
    revoked_on = models.DateField(_("取消日"), null=True, blank=True)
    revoked_reason = models.CharField(_("取消の理由"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("修了・認定")
        ordering = ["-granted_on", "-id"]
        indexes = [models.Index(fields=["firm", "kind"], name="qualification_by_firm")]
        constraints = [
            models.UniqueConstraint(
                fields=["ward", "kind", "number"],
                condition=~Q(number=""),
                name="qualification_number_once",
                violation_error_message=_("この番号は、すでに使われています。"),
            ),
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(expires_on__gte=F("granted_on")),
                name="qualification_expires_later",
                violation_error_message=_("有効期限は付与日以降にしてください。"),
            ),
            models.CheckConstraint(
                condition=Q(revoked_on=None, revoked_reason="")
                | Q(revoked_on__isnull=False) & ~Q(revoked_reason=""),
                name="qualification_revoked_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return " ".join(filter(None, [self.cohort or self.get_kind_display(), self.number]))
