"""Tables of the committee's review: who scores what, what they may read, and what they gave."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from programs.models.keys import person_key, ward_key
from subsidies.committee import states


class ReviewRound(models.Model):
    """The review (審査) of one call: its members, the day all sheets are due, blind or not.

    `version` is the scheme version whose scoring sheet counts, whatever the call says later.
    `revealed_at` is set by the database itself when nobody owes a sheet any more; before that no
    one but the writer reads a score (docs/adr/0020-committee.md).
    """

    call = models.OneToOneField("subsidies.Call", on_delete=models.PROTECT, related_name="review")
    ward = ward_key()
    version = models.ForeignKey(
        "subsidies.SchemeVersion", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    status = models.CharField(
        _("状態"),
        max_length=12,
        default=states.PLANNED,
        choices=states.ROUND.choices,
    )
    due_on = models.DateField(_("採点の期限"))
    per_case = models.PositiveSmallIntegerField(_("1件あたりの審査委員数"), default=3)
    is_blind = models.BooleanField(_("申請者名を伏せる"), default=False)
    seed = models.PositiveIntegerField(default=0, help_text="of the draw among equal members")
    created_by = person_key(db_index=False)
    opened_at = models.DateTimeField(_("開始日時"), null=True)
    revealed_at = models.DateTimeField(_("全員の提出が終わった日時"), null=True)
    closed_at = models.DateTimeField(_("終了日時"), null=True)

    class Meta:
        verbose_name = _("審査")
        constraints = [
            models.CheckConstraint(
                condition=Q(per_case__gte=1, per_case__lte=7), name="round_per_case"
            )
        ]
        indexes = [models.Index(fields=["ward", "status", "due_on"], name="round_by_ward")]

    def __str__(self) -> str:
        return f"{self.call_id}"


class RoundMember(models.Model):
    """A committee member (審査委員) of a review. `number` stands for the name on blind papers.

    `vendors` names firms the member works or worked for or sells for, one to a line: whoever plans
    to order from one of them is not assigned to the member.
    """

    round = models.ForeignKey(ReviewRound, on_delete=models.CASCADE, related_name="members")
    ward = ward_key()
    user = person_key()
    number = models.PositiveSmallIntegerField(_("番号"))
    is_chair = models.BooleanField(_("委員長"), default=False)
    vendors = models.TextField(_("関係のある会社"), blank=True)

    class Meta:
        verbose_name = _("審査委員")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["round", "user"], name="round_member_once"),
            models.UniqueConstraint(fields=["round", "number"], name="round_member_number"),
            models.UniqueConstraint(
                fields=["round"], condition=Q(is_chair=True), name="round_one_chair"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.number}"


class Case(models.Model):
    """One application in a review, as the member sees it before declaring: enough to know whether
    there is a conflict, and no more. In a blind review `firm_name` is empty.
    """

    round = models.ForeignKey(ReviewRound, on_delete=models.CASCADE, related_name="cases")
    ward = ward_key()
    application = models.OneToOneField(
        "subsidies.Application", on_delete=models.PROTECT, related_name="review_case"
    )
    number = models.PositiveSmallIntegerField(_("案件番号"))
    title = models.CharField(_("事業名"), max_length=120, blank=True)
    firm_name = models.CharField(_("申請者"), max_length=200, blank=True)
    vendors = models.JSONField(_("発注予定先"), default=list)

    class Meta:
        verbose_name = _("審査案件")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["round", "number"], name="case_number_once")]

    def __str__(self) -> str:
        return f"{self.round_id}-{self.number}"


class Dossier(models.Model):
    """What the reviewers of a case read: the submitted version, without names in a blind review.

    Members have no other access to the application, so what is left out here is out of reach.
    """

    case = models.OneToOneField(Case, on_delete=models.CASCADE, primary_key=True)
    ward = ward_key()
    version_number = models.PositiveSmallIntegerField(_("提出版"))
    content = models.JSONField(default=dict)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("審査資料")

    def __str__(self) -> str:
        return f"{self.case_id} v{self.version_number}"


class CaseDocument(models.Model):
    """An attached file that reviewers may open, under a name that tells nothing of the firm."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="documents")
    ward = ward_key()
    position = models.PositiveSmallIntegerField()
    requirement = models.CharField(_("書類"), max_length=200)
    name = models.CharField(_("ファイル名"), max_length=200)
    size = models.PositiveBigIntegerField(help_text="bytes")
    stored_file = models.ForeignKey("kernel.StoredFile", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("審査資料の添付")
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name


class Exclusion(models.Model):
    """Why a member may not review a case, found by the rules before anybody was asked."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="exclusions")
    ward = ward_key()
    member = models.ForeignKey(RoundMember, on_delete=models.CASCADE, related_name="exclusions")
    code = models.CharField(max_length=24)
    reason = models.CharField(_("理由"), max_length=300)

    class Meta:
        verbose_name = _("除斥")
        constraints = [
            models.UniqueConstraint(fields=["case", "member", "code"], name="exclusion_once")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.member_id} {self.code}"


class Assignment(models.Model):
    """One member's review of one case. `user` repeats the member's for the row policies."""

    class Basis(models.TextChoices):
        RULE = "rule", _("規則による割当て")
        MANUAL = "manual", _("職員による割当て")

    round = models.ForeignKey(ReviewRound, on_delete=models.CASCADE, related_name="assignments")
    ward = ward_key()
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="assignments")
    member = models.ForeignKey(RoundMember, on_delete=models.CASCADE, related_name="assignments")
    user = person_key()
    status = models.CharField(
        _("状態"),
        max_length=12,
        default=states.ASSIGNED,
        choices=states.ASSIGNMENT.choices,
    )
    basis = models.CharField(_("割当て"), max_length=8, choices=Basis, default=Basis.RULE)
    note = models.CharField(_("割当ての理由"), max_length=300, blank=True)
    submitted_at = models.DateTimeField(_("提出日時"), null=True)

    class Meta:
        verbose_name = _("審査の担当")
        constraints = [
            models.UniqueConstraint(fields=["case", "member"], name="assignment_once_per_case"),
            models.CheckConstraint(
                condition=~Q(status=states.SUBMITTED) | Q(submitted_at__isnull=False),
                name="assignment_submitted_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.member_id}"


class Declaration(models.Model):
    """A conflict-of-interest declaration (利益相反の申告). Append-only: a later one adds to it."""

    class Relation(models.TextChoices):
        NONE = "none", _("どれにも当てはまらない")
        SAME_FIRM = "same_firm", _("申請者の役員・従業員・顧問である（過去3年を含む）")
        VENDOR = "vendor", _("発注予定先の役員・従業員・顧問・代理店である")
        COMPETITOR = "competitor", _("申請者と競争する会社の関係者である")
        RELATIVE = "relative", _("申請者又は発注予定先に親族がいる")
        EVALUATOR = "evaluator", _("この計画の妥当性評価や作成の支援をした")
        OTHER = "other", _("ほかに、公正さを疑われる関係がある")

    assignment = models.ForeignKey(
        Assignment, on_delete=models.CASCADE, related_name="declarations"
    )
    ward = ward_key()
    user = person_key(db_index=False)
    relation = models.CharField(_("関係"), max_length=12, choices=Relation)
    text = models.TextField(_("説明"), blank=True)
    declared_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("利益相反の申告")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.relation}"


class ScoreSheet(models.Model):
    """採点票: scores and comments as entered, complete or not; the working copy of the member.

    `scores` maps a criterion to a whole number, `comments` to text. The database refuses changes
    while the assignment is submitted; each submission is frozen as a `SheetVersion`.
    """

    class Opinion(models.TextChoices):
        YES = "yes", _("採択を推薦する")
        CONDITIONS = "conditions", _("条件付きで推薦する")
        NO = "no", _("推薦しない")

    assignment = models.OneToOneField(
        Assignment, on_delete=models.CASCADE, primary_key=True, related_name="sheet"
    )
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    ward = ward_key()
    user = person_key(db_index=False)
    scores = models.JSONField(_("点数"), default=dict)
    comments = models.JSONField(_("項目ごとの所見"), default=dict)
    overall = models.TextField(_("講評"), blank=True)
    opinion = models.CharField(_("総合判定"), max_length=12, choices=Opinion, blank=True)
    revision = models.PositiveIntegerField(default=0, help_text="counts saves, for stale tabs")
    saved_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("採点票")

    def __str__(self) -> str:
        return f"{self.assignment_id}"


class SheetVersion(models.Model):
    """A submitted sheet, frozen. UPDATE and DELETE are refused by trigger.

    `after_reveal` tells that the others' scores could be read when it was written.
    """

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="versions")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="sheets")
    ward = ward_key()
    user = person_key(db_index=False)
    number = models.PositiveSmallIntegerField(_("版"))
    payload = models.JSONField(_("採点"))
    after_reveal = models.BooleanField(_("公開後の修正"), default=False)
    submitted_at = models.DateTimeField(_("提出日時"), db_default=Now())

    class Meta:
        verbose_name = _("提出した採点票")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "number"], name="sheet_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} v{self.number}"
