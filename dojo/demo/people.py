"""Who takes part in the demonstration, and what they say."""

import datetime as dt
import random
from collections.abc import Sequence

from django.contrib.auth.hashers import make_password

from dojo import services, states
from dojo.models import (
    Cohort,
    Enrolment,
    Graduation,
    Lecturer,
)
from portal.accounts.demo import BY_KEY, DOMAIN, SUMIDA
from portal.accounts.models import Assignment, User
from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from programs.demo_names import GIVEN, SURNAMES
from programs.models import Firm, FirmMembership, Site

SEED = 41_130
SYSTEM = Actor.system("load_demo")
PAST_YEARS = (2, 1)
SIZE = {"dojo": 5, "leader": 6}
# Of each ward's first Dojo; a year on they are whom the evaluation compares its graduates with.
TURNED_AWAY = 3
STORIES = (
    (
        "押上 実",
        "押上プレス工業 社長",
        "紙の日報をやめて3年。最初の半年は続かず、現場の班長に任せてから変わりました。",
    ),
    (
        "京島 和子",
        "京島ばね製作所 専務",
        "見積の控えを探す時間が1日40分。写真と番号だけの台帳にしたら5分になりました。",
    ),
    (
        "糀谷 隆",
        "糀谷精機 社長",
        "高い仕組みを入れて失敗し、表計算からやり直しました。順番を守ればよかった。",
    ),
)
MOTIVES = (
    "日報を紙で書き、月末に1人が3日かけて集計している。",
    "見積に時間がかかり、返事が遅いと言われる。",
    "ベテランの段取りが、ほかの人に分からない。",
    "在庫を数え直すたびに、数が合わない。",
    "不良の原因を、あとから追いかけられない。",
)
COMMENTS = (
    "流れ図を描いて、むだが見えた。",
    "経営者の話が身につまされた。",
    "もう少し手を動かす時間がほしい。",
    "",
)
REASONS = ("仕事の都合で出られなくなったため", "申込みの内容を確かめられなかったため")


Person = tuple[User, Firm]


def people_of(rng: random.Random) -> dict[str, dict[int, list[Person]]]:
    """Owners for the Dojo and, for the leader course, shop-floor members made here; by ward."""
    heads = dict(
        Site.objects.filter(kind=Site.Kind.HEAD, closed_on=None).values_list("firm_id", "ward_id")
    )
    rows = FirmMembership.objects.filter(valid_to=None, firm__email__endswith=f"@{DOMAIN}")
    owners: dict[int, list[Person]] = {}
    for row in rows.filter(role=Role.FIRM_OWNER).select_related("user", "firm").order_by("pk"):
        if row.firm_id in heads and row.user.email != BY_KEY["owner"].email:
            owners.setdefault(heads[row.firm_id], []).append((row.user, row.firm))
    firms = [firm for found in owners.values() for _user, firm in found]
    unusable = make_password(None)
    users = User.objects.bulk_create(
        User(
            email=f"leader-{firm.pk}@{DOMAIN}",
            name=f"{rng.choice(SURNAMES)[0]} {rng.choice(GIVEN)}",
            password=unusable,
        )
        for firm in firms
    )
    FirmMembership.objects.bulk_create(
        FirmMembership(user=user, firm=firm, role=Role.FIRM_MEMBER, valid_from=dt.date(2022, 4, 1))
        for user, firm in zip(users, firms, strict=True)
    )
    leaders: dict[int, list[Person]] = {}
    for user, firm in zip(users, firms, strict=True):
        leaders.setdefault(heads[firm.pk], []).append((user, firm))
    return {"dojo": owners, "leader": leaders}


def free_of(people: Sequence[Person], code: str) -> list[Person]:
    """Those who have not graduated and are in no running cohort."""
    done = set(Graduation.objects.filter(course_code=code).values_list("person_id", flat=True))
    busy = set(
        Enrolment.objects.filter(
            cohort__status=states.ANNOUNCED, cohort__course__code=code
        ).values_list("person_id", flat=True)
    )
    return [item for item in people if item[0].pk not in done | busy]


def official(key: str) -> Actor:
    user = User.objects.get(email=BY_KEY[key].email)
    roles = Assignment.objects.filter(user=user, ward_id=SUMIDA).values_list("role", flat=True)
    return Actor(user.pk, user.name, Hat.WARD, frozenset(roles), ward_id=SUMIDA)


def fill(
    cohort: Cohort,
    people: Sequence[Person],
    rng: random.Random,
    *,
    also: Person | None = None,
    ward: int = SUMIDA,
) -> None:
    """They apply, each for the own firm."""
    for user, firm in [*([also] if also else []), *people]:
        role = FirmMembership.objects.get(user=user, firm=firm, valid_to=None).role
        actor = Actor(user.pk, user.name, Hat.FIRM, frozenset({role}), firm_id=firm.pk)
        with acting(actor):
            services.enrolment_apply(
                actor=actor,
                cohort_id=cohort.pk,
                person_id=user.pk,
                motive=rng.choice(MOTIVES),
                ward_id=ward,
            )


def peer(cohort: Cohort, rng: random.Random) -> Lecturer:
    name, profile, story = rng.choice(STORIES)
    return Lecturer(cohort=cohort, name=name, profile=profile, is_peer=True, story=story)
