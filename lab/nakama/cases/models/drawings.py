"""Drawings and who may see them: NDA per viewer, grants that end, and every look written down."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from programs.models.keys import person_key


class Drawing(models.Model):
    """図面, one revision. `step` None: of the whole; else the extract for one step.

    `stored_file` carries no ward: no official's role sees even that it exists.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="drawings")
    step = models.ForeignKey(
        "cases.CaseStep", on_delete=models.PROTECT, related_name="drawings", null=True
    )
    name = models.CharField(_("図面の名前"), max_length=80)
    revision = models.PositiveSmallIntegerField(_("版"))
    stored_file = models.OneToOneField(
        "kernel.StoredFile", on_delete=models.PROTECT, related_name="+"
    )
    # Set when somebody was invited on it: from then on a change is a new revision.
    locked_at = models.DateTimeField(_("版の固定"), null=True)
    replaced_at = models.DateTimeField(_("差替え"), null=True)
    purged_at = models.DateTimeField(_("消去"), null=True)
    added_by = person_key(db_index=False)
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("図面")
        ordering = ["name", "-revision"]
        constraints = [
            models.UniqueConstraint(fields=["case", "name", "revision"], name="drawing_revision")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.revision}"


class NdaAcceptance(models.Model):
    """秘密保持の約束: which text (kept in full), by whom, for which firm, when. Append-only."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="ndas")
    firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")
    firm_name = models.CharField(_("企業"), max_length=200)
    person = person_key(db_index=False)
    person_name = models.CharField(_("約束した人"), max_length=150)
    version = models.CharField(_("約束の版"), max_length=20)
    text = models.TextField(_("約束の文"))
    sha256 = models.CharField(max_length=64)
    accepted_at = models.DateTimeField(_("約束した日時"), db_default=Now())

    class Meta:
        verbose_name = _("秘密保持の約束")
        constraints = [
            # Each person who looks has promised.
            models.UniqueConstraint(fields=["case", "firm", "person"], name="nda_once")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.firm_id}"


class DrawingGrant(models.Model):
    """閲覧の許可 of a firm until `expires_at`: the drawings of the whole and those of the `step`.

    `step` None: every drawing of the case.
    """

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="grants")
    firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")
    firm_name = models.CharField(_("企業"), max_length=200)
    step = models.ForeignKey(
        "cases.CaseStep", on_delete=models.PROTECT, related_name="grants", null=True
    )
    granted_by = person_key(null=True, db_index=False)
    granted_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(_("閲覧の期限"))
    revoked_at = models.DateTimeField(_("許可の取消し"), null=True)

    class Meta:
        verbose_name = _("図面の閲覧の許可")
        constraints = [
            models.UniqueConstraint(
                fields=["case", "firm", "step"],
                condition=Q(revoked_at=None),
                nulls_distinct=False,
                name="grant_one_live",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.firm_id}"


class DrawingLook(models.Model):
    """閲覧の記録: a firm's person has seen a revision. Append-only; the owner reads it."""

    drawing = models.ForeignKey(Drawing, on_delete=models.PROTECT, related_name="looks")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="looks")
    firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")
    firm_name = models.CharField(_("企業"), max_length=200)
    person = person_key(db_index=False)
    person_name = models.CharField(_("見た人"), max_length=150)
    looked_at = models.DateTimeField(_("見た日時"), db_default=Now())

    class Meta:
        verbose_name = _("図面の閲覧の記録")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.drawing_id} {self.firm_id}"
