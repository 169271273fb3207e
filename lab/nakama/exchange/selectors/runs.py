"""What the page of a calculation shows."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from lab.nakama.exchange import policies
from lab.nakama.exchange.models import Fair, JointOrder, Purchase, Run
from lab.nakama.exchange.services import runs
from portal.kernel import clock
from portal.kernel.actor import Actor

STEPS: dict[int, str | Promise] = {
    0: _("順番を待っています"),
    runs.READING: _("入力を読んでいます"),
    runs.SOLVING: _("組合せを計算しています"),
    runs.WRITING: _("結果を書き込んでいます"),
}
ABOUT: dict[str, Any] = {"fair": Fair, "purchase": Purchase, "joint": JointOrder}


@dataclass(frozen=True, slots=True)
class Watched:
    """A calculation as it stands: what it is for, which step of how many, since how long."""

    run: Run
    name: str
    url: str
    result_url: str
    step: int
    words: str | Promise
    seconds: int
    most: int


def open_of(actor: Actor, about: str, subject_id: int) -> Run | None:
    """What is being counted for it, if the actor may see that."""
    rows = policies.visible_runs(actor).filter(about=about, subject=subject_id)
    return rows.filter(finished_at=None, cancelled_at=None, problem="").first()


def watched(actor: Actor, run: Run) -> Watched:
    """For the page of the calculation."""
    row = ABOUT[run.about].objects.get(pk=run.subject)
    step = runs.step_of(run) if run.phase == Run.Phase.WORKING else 0
    is_split = run.kind == Run.Kind.JOINT_SPLIT and run.phase == Run.Phase.DONE
    url = reverse(f"exchange:{run.about}", args=[row.public_id])
    return Watched(
        run=run,
        name=str(row),
        url=url,
        result_url=reverse("exchange:joint_split", args=[row.public_id]) if is_split else url,
        step=step,
        words=STEPS[step],
        seconds=max(0, int((clock.now() - run.created_at).total_seconds())),
        most=runs.JOBS[run.kind].seconds,
    )


def outcome(run: Run) -> str:
    """「商談34件が決まりました。」"""
    number = run.found
    if run.kind == Run.Kind.FAIR_PLAN:
        return ngettext(
            "商談%(n)d件が決まり、参加企業に時間割を知らせました。",
            "商談%(n)d件が決まり、参加企業に時間割を知らせました。",
            number,
        ) % {"n": number}
    if run.kind == Run.Kind.FAIR_REPLAN:
        return ngettext(
            "決まった商談はそのままに、新しい商談%(n)d件を入れました。",
            "決まった商談はそのままに、新しい商談%(n)d件を入れました。",
            number,
        ) % {"n": number}
    if run.kind == Run.Kind.JOINT_SPLIT:
        return ngettext(
            "%(n)d社で分担する案ができました。理由を見て、参加をたずねるか手直しします。",
            "%(n)d社で分担する案ができました。理由を見て、参加をたずねるか手直しします。",
            number,
        ) % {"n": number}
    return ngettext(
        "%(n)d社に、金額または決定を知らせました。",
        "%(n)d社に、金額または決定を知らせました。",
        number,
    ) % {"n": number}
