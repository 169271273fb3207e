"""The demonstration's shared plans: every state of this room, by its own services.

Drafts are taken in the order of their ids, so that each load tells the same. The days on which
they were shared are moved back afterwards, for a list that shows who waits how long.
"""

import datetime as dt
from collections.abc import Callable

from portal.accounts.demo import BY_KEY
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from subsidies import states
from subsidies.contents import rules_of
from subsidies.demo.people import Applicant
from subsidies.evaluation import services
from subsidies.evaluation.forms import CONSENT
from subsidies.evaluation.models import PlanShare
from subsidies.evaluation.selectors import is_evaluated
from subsidies.models import Application

Step = Callable[[PlanShare, Actor], None]

COMMENTS = (
    (
        "answers.effect",
        "停止の理由を分けて数えると、効果を後で確かめやすくなります。まず1週間だけ記録してください。",
    ),
    (
        "answers.vendor_reason",
        "3社の比較は、価格のほかに、保守の窓口と解約の条件も並べるとよいと思います。",
    ),
    ("expenses", "保守の費用は補助の対象外です。見積書で本体と分けてもらってください。"),
    ("", "困りごとと入れるものの関係が分かりやすい計画です。"),
)
TEXTS = {
    "fit": "困りごとの原因を現場で確かめた。入れるものは原因に合っている。",
    "feasibility": "工場長が責任者で、担当の時間も取れている。いまの機械とつながることを確かめた。",
    "effect": "いまの時間数は1か月の実測による。入れた後の見込みも控えめで、後で確かめられる。",
    "price": "3社を比べている。価格は同じ規模の導入と比べて相場の範囲にある。",
    "risks": "業者が替わっても記録を取り出せる。操作できる人を2人以上育てるとよい。",
}
SUMMARY = (
    "無理のない計画で、効果も数字で確かめられる。始める前の1か月分の記録を残しておくことを勧める。"
)


def prepare(applicant: Applicant, application: Application) -> None:
    """Share and have evaluated what is about to be submitted, where its scheme asks for that and
    the plan as it stands is not evaluated yet.
    """
    if rules_of(application.version).portal_prerequisites and not is_evaluated(application):
        advisor = _advisor()
        share = _share(applicant.actor, application, advisor)
        _comment(share, advisor, COMMENTS[:1])
        _hand_over(share, advisor)


def load(now: dt.datetime) -> int:
    """One draft after another in each state; returns how many plans were shared."""
    advisor = _advisor()
    drafts = Application.objects.filter(status=states.DRAFT, stage=2).exclude(answers={})
    rows = drafts.select_related("version", "created_by").order_by("pk")
    plans = [row for row in rows if row.answers.get("problem")]
    steps = (_talk, _leave, _evaluate_half, _hand_over, _end, _talk, _leave)
    for days, (application, step) in enumerate(zip(plans, steps, strict=False), start=1):
        firm = _firm(application)
        share = _share(firm, application, advisor)
        step(share, advisor)
        PlanShare.objects.filter(pk=share.pk).update(shared_at=now - dt.timedelta(days=2 * days))
    return PlanShare.objects.count()


def _leave(share: PlanShare, advisor: Actor) -> None:
    """Shared and not looked at yet."""


def _talk(share: PlanShare, advisor: Actor) -> None:
    _comment(share, advisor, COMMENTS[:3])


def _evaluate_half(share: PlanShare, advisor: Actor) -> None:
    _comment(share, advisor, COMMENTS[3:])
    half = services.Entry(grades={"fit": "a", "price": "b"}, texts={"fit": TEXTS["fit"]})
    with acting(advisor):
        services.evaluation_save(actor=advisor, share_id=share.pk, entry=half)


def _hand_over(share: PlanShare, advisor: Actor) -> None:
    whole = services.Entry(
        grades={code: "b" if code == "risks" else "a" for code in TEXTS},
        texts=TEXTS,
        grade="a",
        summary=SUMMARY,
        conditions="保守の費用と解約の条件を、契約の前に見積書で確かめること。",
        is_independent=True,
    )
    with acting(advisor):
        services.evaluation_save(actor=advisor, share_id=share.pk, entry=whole)
        services.evaluation_submit(actor=advisor, share_id=share.pk)


def _end(share: PlanShare, advisor: Actor) -> None:
    _comment(share, advisor, COMMENTS[1:2])
    firm = _firm(share.application)
    with acting(firm):
        services.plan_share_end(actor=firm, share_id=share.pk)


def _share(firm: Actor, application: Application, advisor: Actor) -> PlanShare:
    with acting(firm):
        return services.plan_share(
            actor=firm,
            application_id=application.pk,
            advisor_id=advisor.user_id or 0,
            consent=True,
            text=str(CONSENT),
        )


def _comment(share: PlanShare, advisor: Actor, said: tuple[tuple[str, str], ...]) -> None:
    with acting(advisor):
        for anchor, body in said:
            services.comment_add(actor=advisor, share_id=share.pk, anchor=anchor, body=body)


def _advisor() -> Actor:
    user = User.objects.get(email=BY_KEY["advisor"].email)
    return Actor(user.pk, user.name, Hat.SUPPORT, frozenset({Role.ADVISOR}))


def _firm(application: Application) -> Actor:
    user = application.created_by
    return Actor(
        user.pk, user.name, Hat.FIRM, frozenset({Role.FIRM_OWNER}), firm_id=application.firm_id
    )
