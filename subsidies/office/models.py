"""A scheme being changed (改正案), and the trial of its rules on last year's applications."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from subsidies.office import states


class Revision(models.Model):
    """The next version of a scheme's rules, worked on by officials of the ward.

    `rules` is the JSON form of SchemeRules; it may be incomplete while it is edited. `about` is the
    scheme's name and summary as they are to be, {} where they stay. `editors` are all who have
    changed it: none of them publishes it. The first revision of a new scheme is based on the
    version it was copied from, of whatever scheme.
    """

    scheme = models.ForeignKey(
        "subsidies.Scheme", on_delete=models.PROTECT, related_name="revisions"
    )
    ward = models.ForeignKey("programs.Ward", on_delete=models.PROTECT, related_name="+")
    based_on = models.ForeignKey(
        "subsidies.SchemeVersion", on_delete=models.PROTECT, related_name="+"
    )
    rules = models.JSONField(_("規則"))
    about = models.JSONField(_("名前と概要"), default=dict)
    status = models.CharField(
        _("状態"),
        max_length=12,
        default=states.EDITING,
        choices=states.REVISION.choices,
    )
    note = models.TextField(_("改正の要旨"), blank=True)
    counter = models.PositiveIntegerField(default=1, help_text="counts saves, for stale tabs")
    editors = ArrayField(models.BigIntegerField(), default=list)
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    begun_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(db_default=Now())
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    published = models.OneToOneField(
        "subsidies.SchemeVersion", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("制度の改正案")
        constraints = [
            models.UniqueConstraint(
                fields=["scheme"],
                condition=Q(status__in=states.OPEN),
                name="revision_one_open",
                violation_error_message=_("この制度には、作成中の改正案があります。"),
            ),
            models.CheckConstraint(
                condition=Q(published_by=None)
                | (~Q(published_by=F("begun_by")) & ~Q(editors__contains=[F("published_by_id")])),
                name="revision_four_eyes",
                violation_error_message=_("編集した人は公開できません。"),
            ),
            models.CheckConstraint(
                condition=Q(status=states.PUBLISHED, published__isnull=False)
                | (~Q(status=states.PUBLISHED) & Q(published=None)),
                name="revision_published",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} +{self.based_on.number}"


class Trial(models.Model):
    """試算: the revision's rules on the frozen applications of one fiscal year.

    `result` is what `office.rules.trial.summary` found, kept so that it can be read again;
    `counter` is the revision's save it was made with.
    """

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="trials")
    ward = models.ForeignKey("programs.Ward", on_delete=models.PROTECT, related_name="+")
    fiscal_year = models.PositiveSmallIntegerField(_("年度"))
    counter = models.PositiveIntegerField()
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    begun_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("試算")
        indexes = [models.Index(fields=["revision", "-id"], name="trial_newest")]

    def __str__(self) -> str:
        return f"{self.revision_id} {self.fiscal_year}"
