"""The demonstration's worksheets: every kind and every state, through the services.

The one-click owner has the whole story and lets the one-click advisor read it; firms of the one-click
lecturer's cohorts have handed in, were asked to think again, or were marked.
"""

from typing import Any

from django.utils.translation import override

from dojo.models import Enrolment
from dojo.worksheets import seats, services
from dojo.worksheets.demo.contents import ALL, INVESTMENT, LOSS, PLAN, PROBLEMS
from dojo.worksheets.forms import CONSENT
from dojo.worksheets.models import Worksheet
from portal.accounts.demo import BY_KEY, SUMIDA
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from programs.models import FirmMembership

# What firms of the lecturer's cohorts did: kind, content, and how far it came.
_OTHERS: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("investment", INVESTMENT, "handed_in"),
    ("plan", PLAN, "marked"),
    ("investment", LOSS, "returned"),
    ("problems", PROBLEMS, "handed_in"),
    ("investment", {"costs": INVESTMENT["costs"]}, "draft"),
    ("plan", PLAN, "rewritten"),
)
_SAID = {
    "returned": "保守と研修の費用が入っていません。見積書を見て、もう一度計算してみてください。",
    "marked": "期限と担当がはっきりしています。3か月後の数字を、いまのうちに測っておきましょう。",
}


def load() -> int:
    """Tell it all; returns how many worksheets there are."""
    teacher = _support("lecturer", Role.LECTURER)
    with override("ja"):
        _owner(teacher)
        with acting(teacher):
            cohorts = [cohort.pk for cohort in seats.taught(teacher)]
        rows = Enrolment.objects.filter(cohort__in=cohorts, status="enrolled")
        others = rows.exclude(person__email=BY_KEY["owner"].email).order_by("-pk")
        for row, (kind, content, end) in zip(others, _OTHERS, strict=False):
            _to(end, teacher, _person(row), _sheet(_person(row), kind, content, row))
    return Worksheet.objects.count()


def _owner(teacher: Actor) -> None:
    """The whole story, for the seat where the owner has one; the advisor has read it."""
    user = User.objects.get(email=BY_KEY["owner"].email)
    seat = Enrolment.objects.filter(person=user, status="enrolled").order_by("-pk").first()
    firm = FirmMembership.objects.get(user=user, valid_to=None).firm_id
    actor = Actor(user.pk, user.name, Hat.FIRM, frozenset({Role.FIRM_OWNER}), firm_id=firm)
    ends = {"problems": "marked", "process": "handed_in", "investment": "draft"}
    for kind, content in ALL.items():
        row = _sheet(actor, kind, content, seat)
        if seat is not None:
            _to(ends.get(kind, "draft"), teacher, actor, row)
    _sheet(actor, "investment", LOSS, None, title="統合型の仕組みなら")
    advisor = _support("advisor", Role.ADVISOR)
    with acting(actor):
        services.consent_give(
            actor=actor,
            advisor_id=advisor.user_id or 0,
            agreed=True,
            with_figures=False,
            text=str(CONSENT),
        )
    with acting(advisor):
        for row in Worksheet.objects.filter(firm_id=firm, kind="process"):
            services.sheet_read(actor=advisor, sheet=row)
            services.remark_write(
                actor=advisor,
                worksheet_id=row.pk,
                step="stages",
                body="材料の確認待ちが8時間あります。朝の点検と合わせると、なくせそうです。",
            )


def _person(row: Enrolment) -> Actor:
    role = FirmMembership.objects.get(
        user_id=row.person_id, firm_id=row.firm_id, valid_to=None
    ).role
    return Actor(row.person_id, row.person_name, Hat.FIRM, frozenset({role}), firm_id=row.firm_id)


def _support(key: str, role: Role) -> Actor:
    user = User.objects.get(email=BY_KEY[key].email)
    ward = BY_KEY[key].ward_id or SUMIDA
    return Actor(user.pk, user.name, Hat.SUPPORT, frozenset({role}), ward_id=ward)


def _sheet(
    actor: Actor, kind: str, content: dict[str, Any], seat: Enrolment | None, title: str = ""
) -> Worksheet:
    with acting(actor):
        row = services.worksheet_start(
            actor=actor, kind=kind, title=title, enrolment_id=seat.pk if seat else None
        )
        for step, typed in content.items():
            row = services.step_save(
                actor=actor, worksheet_id=row.pk, step=step, typed=typed, revision=None
            )
    return row


def _to(end: str, teacher: Actor, actor: Actor, row: Worksheet) -> None:
    if end == "draft":
        return
    with acting(actor):
        services.worksheet_hand_in(actor=actor, worksheet_id=row.pk, revision=None)
    with acting(teacher):
        if end == "returned":
            services.worksheet_return(actor=teacher, worksheet_id=row.pk, reason=_SAID[end])
        if end in {"marked", "rewritten"}:
            services.worksheet_mark(
                actor=teacher, worksheet_id=row.pk, grade="b", body=_SAID["marked"]
            )
    if end == "rewritten":
        with acting(actor):
            services.worksheet_reopen(actor=actor, worksheet_id=row.pk)
            services.worksheet_hand_in(actor=actor, worksheet_id=row.pk, revision=None)
