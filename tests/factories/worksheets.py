"""Worksheets in any state, through their services."""

from typing import Any

from dojo.models import Cohort
from dojo.worksheets import services
from dojo.worksheets.models import AdvisorConsent, Worksheet
from portal.accounts.models import Assignment, User
from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from tests.factories import dojo as courses
from tests.factories.programs import SINCE, SUMIDA
from tests.support.people import make_person

COSTS = {
    "what": "生産管理クラウド",
    "initial": "１，２００，０００円",
    "subsidy": "0",
    "running": "120000",
}
BENEFITS = {"hours": "15.5", "hourly": "2,800", "saved": "60000", "margin": "0"}
ASSUMED = {"years": "5", "rate": "3", "first_year": "50", "swing": "30"}
CALCULATOR = {"costs": COSTS, "benefits": BENEFITS, "assumptions": ASSUMED}
PLAN = {
    "goal": {
        "goal": "月末の集計を早くする",
        "measure": "集計の時間",
        "now": "24時間",
        "target": "2時間",
        "by": "令和9年3月31日",
    },
    "people": {"owner": "社長", "lead": "製造課長", "key": "班長2人"},
    "actions": [{"what": "日報の項目を決める", "owner": "班長", "due": "2026-12-20", "done": ""}],
    "checks": {"m3": "利用率が70%か", "m6": "集計の時間", "m12": "続けるか"},
}
PROBLEMS = {
    "firm": {
        "sales": "184,000,000",
        "profit": "-2,500,000",
        "employees": "14",
        "top_customer": "62",
    },
    "issues": [
        {"area": "production", "what": "進みが見えない", "loss": "1,500,000", "urgency": "3"}
    ],
    "barriers": {"codes": ["B-1", "C-2"], "words": ""},
    "aim": {
        "north": "納期を聞かれたらすぐ答える",
        "direction": "defence",
        "phase": "2",
        "first": "日報の電子化",
    },
}
PROCESS = {
    "scope": {"name": "受注から出荷", "area": "sales", "times": "80"},
    "stages": [
        {
            "name": "注文を受ける",
            "who": "事務",
            "tool": "talk",
            "work": "10",
            "wait": "120",
            "errors": "2",
        },
        {
            "name": "台帳に書く",
            "who": "事務",
            "tool": "paper",
            "work": "15",
            "wait": "0",
            "errors": "5",
        },
    ],
    "seen": {"surprise": "", "target": "二度書き"},
}


def seat(
    cohort: Cohort | None = None, *, lecturer: Actor | None = None
) -> tuple[Actor, Any, Cohort]:
    """(the owner, the enrolment, its cohort)."""
    cohort = cohort or courses.make_cohort(lecturer=lecturer or courses.lecturer_actor())
    owner = courses.owner()
    return owner, courses.apply(owner, cohort), cohort


def sheet(
    owner: Actor, kind: str = "investment", *, enrolment: Any = None, title: str = ""
) -> Worksheet:
    """A new one."""
    with acting(owner):
        return services.worksheet_start(
            actor=owner, kind=kind, title=title, enrolment_id=enrolment.pk if enrolment else None
        )


def fill(owner: Actor, row: Worksheet, content: dict[str, Any]) -> Worksheet:
    """Type all steps."""
    with acting(owner):
        for step, typed in content.items():
            row = services.step_save(
                actor=owner, worksheet_id=row.pk, step=step, typed=typed, revision=None
            )
    return row


def hand_in(owner: Actor, row: Worksheet) -> Worksheet:
    """Give it to the lecturer."""
    with acting(owner):
        return services.worksheet_hand_in(actor=owner, worksheet_id=row.pk, revision=None)


def advisor_actor(ward: int | None = SUMIDA, user: User | None = None) -> Actor:
    """A new advisor of the ward, or a person who holds the role already."""
    if user is None:
        user = make_person(f"advisor{User.objects.count()}@worksheets.example", name="相談 一郎")
        Assignment.objects.create(user=user, role=Role.ADVISOR, ward_id=ward, valid_from=SINCE)
    return Actor(user.pk, user.name, Hat.SUPPORT, frozenset({Role.ADVISOR}), ward_id=ward)


def let_in(owner: Actor, advisor: Actor, *, with_figures: bool = False) -> AdvisorConsent:
    """The firm's consent."""
    with acting(owner):
        return services.consent_give(
            actor=owner,
            advisor_id=advisor.user_id or 0,
            agreed=True,
            with_figures=with_figures,
            text="同意します。",
        )
