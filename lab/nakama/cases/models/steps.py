"""The steps into which the work is split, and the teams proposed for them."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from lab.nakama.cases import states
from lab.nakama.taxonomy.definitions import named
from portal.kernel.transitions import State
from programs.models.keys import person_key

_written = lazy(named, str)


class CaseStep(models.Model):
    """工程. `position` numbers it within the case from 1, `after` names the positions before it.

    `minutes` is setup and work of the whole lot. `firm` does it once the case is awarded.
    """

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="steps")
    position = models.PositiveSmallIntegerField(_("順"))
    process_code = models.CharField(_("工程の種類"), max_length=24)
    process_name = models.CharField(_("工程"), max_length=60)
    minutes = models.PositiveIntegerField(_("加工時間の目安（分・全数）"), default=480)
    after = models.JSONField(_("前の工程"), default=list)
    note = models.CharField(_("この工程の指示"), max_length=200, blank=True)
    firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+", null=True)
    firm_name = models.CharField(_("担当"), max_length=200, blank=True)
    status = models.CharField(
        _("進み具合"), max_length=10, default=states.TODO, choices=states.STEP.choices
    )

    class Meta:
        verbose_name = _("案件の工程")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["case", "position"], name="casestep_position"),
            models.CheckConstraint(condition=Q(position__gte=1), name="casestep_from_one"),
            models.CheckConstraint(
                condition=Q(minutes__gt=0),
                name="casestep_minutes",
                violation_error_message=_("加工時間は1分以上にしてください。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.name}"

    @property
    def name(self) -> str:
        """The process in the language of the page; `process_name` is what was agreed on."""
        return named(self.process_code, self.process_name)

    @property
    def told(self) -> Any:
        """The same, written out only when a letter is: in the language of who gets it."""
        return _written(self.process_code, self.process_name)

    @property
    def state(self) -> State:
        return states.STEP.state(self.status)


class HubTemplate(models.Model):
    """ひな形とチーム of one firm: steps (code, minutes, after, firm) under a name.

    `firms` keeps the names of the firms in it, as they were.
    """

    firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("ひな形の名前"), max_length=60)
    steps = models.JSONField()
    firms = models.JSONField(default=dict)
    kept_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("工程のひな形とチーム")
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["firm", "name"], name="hubtemplate_name")]

    def __str__(self) -> str:
        return self.name


class Proposal(models.Model):
    """チームの案, as it was made: inputs, weights, teams with their lines. Never changed.

    `teams` are the alternatives, best first; `chosen` is the index that the hub took, `edits` what
    the hub changed (step → firm) with the reason.
    """

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="proposals")
    number = models.PositiveSmallIntegerField(_("案の番号"))
    engine = models.CharField(max_length=60)
    inputs = models.JSONField()
    weights = models.JSONField()
    teams = models.JSONField()
    relax = models.JSONField(default=list)
    made_by = person_key(null=True, db_index=False)
    made_at = models.DateTimeField(_("作成日時"), db_default=Now())
    chosen = models.PositiveSmallIntegerField(null=True)
    edits = models.JSONField(default=dict)
    edit_reason = models.CharField(_("変えた理由"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("チームの案")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="proposal_number"),
            models.CheckConstraint(
                condition=Q(edits={}) | ~Q(edit_reason=""),
                name="proposal_edit_has_reason",
                violation_error_message=_("案を変えた理由を入力してください。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.number}"
