"""The record of a letter, and the template texts it was made with."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class LetterTemplate(models.Model):
    """A template as it was: `sources` maps file names to their text, `digest` is theirs."""

    digest = models.CharField(primary_key=True, max_length=64)
    name = models.CharField(max_length=40)
    sources = models.JSONField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("通知書の様式")

    def __str__(self) -> str:
        return f"{self.name} {self.digest[:8]}"


class Letter(models.Model):
    """One letter, written once. No role may change it (`rls.py`).

    `key` names what the letter tells of (`decision:12`), so that there is one letter for it.
    `made_at` is the PDF's creation date and thereby part of its bytes.
    """

    key = models.CharField(max_length=80, unique=True)
    # Plain numbers, as in the kernel: this app stands below wards and firms.
    ward_id = models.PositiveIntegerField()
    firm_id = models.PositiveBigIntegerField(null=True)
    case_no = models.CharField(_("受付番号"), max_length=60)
    kind = models.CharField(max_length=40)
    document_no = models.CharField(_("文書番号"), max_length=60, blank=True)
    issued_on = models.DateField(_("発行日"))
    made_at = models.DateTimeField()
    data = models.JSONField()
    template = models.ForeignKey(LetterTemplate, on_delete=models.PROTECT, related_name="+")
    engine = models.CharField(max_length=40, help_text="the compiler and its version")
    sha256 = models.CharField(max_length=64)
    stored_file = models.OneToOneField(
        "kernel.StoredFile", on_delete=models.PROTECT, related_name="letter"
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("通知書")
        indexes = [
            models.Index(fields=["ward_id", "issued_on", "id"], name="letter_by_ward"),
            models.Index(fields=["case_no", "id"], name="letter_by_case"),
        ]

    def __str__(self) -> str:
        return self.document_no or self.key
