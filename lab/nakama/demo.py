"""The demonstration's profiles: most firms, in words that fit their industry; the one-click firm's own story.

Invented, the same on every machine. History is written in bulk, the own story through the services.
"""

import datetime as dt
import random
from collections.abc import Sequence
from typing import Any

from lab.nakama import services
from lab.nakama.models import CapabilityProfile, UnknownWord, WeekCapacity
from lab.nakama.rules.evaluation import FirmCase
from lab.nakama.rules.folding import fold
from lab.nakama.services.entering import profiles_of
from portal.accounts.demo import BY_KEY
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from programs.models import Firm, FirmMembership, FirmWard, Site

SEED = 20_261_130
_SHARE, _CONFIRMED = 0.8, 0.6
_METAL = (
    "NC旋盤と汎用旋盤でシャフトやフランジを1個から削ります。",
    "立形マシニングセンタで、アルミの筐体やブロックを試作から中ロットまで。",
    "複合旋盤による工程集約が得意です。めっきは協力会社に出します。",
    "平面研削と円筒研削。焼入れ後の仕上げを1µm台で。",
    "ワイヤーカットと型彫り放電で、金型部品の精密加工。",
    "タレパン、レーザー加工機、ベンダーによる精密板金。筐体を1台から。",
    "ステンレスとアルミのTIG溶接。薄板0.5mmから。",
    "半自動溶接による架台の製缶。大型フレームも可。",
    "80トンまでの金属プレス。座金や金具の打抜き。",
    "へら絞りで照明の笠や反射板を1枚から作ります。",
    "亜鉛めっきと無電解ニッケルめっき。小物を大量に。",
    "アルマイト専門。白、黒、カラー、硬質アルマイト。",
    "線ばね、板ばねの設計と製造。",
    "粉体塗装とメラミン焼付塗装。",
    "バフ研磨の職人が、ステンレスを鏡面に仕上げます。",
    "真空焼入れと浸炭。HRC62まで。",
)
_BY_INDUSTRY = {
    "18": (
        "射出成形機20台で樹脂部品を量産。インサート成形も。",
        "エンプラの樹脂切削を1個から。",
        "真空注型で樹脂の試作を10個ほど。",
    ),
    "19": ("ゴムパッキンと防振ゴムの成形。",),
    "20": ("本革のかばんと革小物の縫製。",),
    "21": ("ガラスの切断と穴あけ、江戸切子。", "アルミナ、ジルコニアのセラミックス加工。"),
    "22": ("砂型鋳物を1個から。木型も作ります。",),
    "23": ("アルミダイカスト。250tから800tまで。", "ロストワックスの精密鋳造。"),
    "28": ("チップマウンターによる基板実装と手はんだ。",),
    "29": ("制御盤の設計、製作、配線。", "ワイヤーハーネスの圧着と組立。"),
    "12": ("木箱と店舗什器の木工。",),
    "13": ("家具と什器の木工。NCルーターあり。",),
    "14": ("段ボール箱と紙器。",),
    "15": ("オフセット印刷とシール印刷。",),
    "11": ("工業用ミシンによる布カバーの縫製。",),
}
_MATERIALS = ("SS400", "S45C", "SUS304", "SUS316", "A5052", "A7075", "真鍮", "チタン", "SKD11")
_OTHERS = {
    "18": ("ABS", "POM", "PEEK", "MCナイロン"),
    "19": ("NBR", "シリコーンゴム"),
    "20": ("本革",),
}
# Food, drinks, chemicals, oil: they take no work for others here.
_APART = {"09", "10", "16", "17"}
_UNKNOWN = (
    ("ショットライニング", "search", "配管の内側にショットライニングをしてほしい", 7),
    ("スプリングバック矯正", "profile", "スプリングバック矯正の経験が豊富です", 3),
    ("ドリフト加工", "search", "ドリフト加工 SUS304 20個", 2),
    ("メタルスタンプ印", "search", "メタルスタンプ印を作れる工場", 1),
)


def load(*, firms: Sequence[Firm], now: dt.datetime, scale: float) -> str:
    """Needs `acting(Actor.system(…))`. Returns a line for the log."""
    rng = random.Random(SEED)  # noqa: S311 (invented data)
    today = clock.to_date(now)
    wards = dict(
        Site.objects.filter(kind=Site.Kind.HEAD, closed_on=None).values_list("firm_id", "ward_id")
    ) or dict(FirmWard.objects.values_list("firm_id", "ward_id"))
    chosen = [
        firm
        for firm in firms
        if firm.is_active and firm.jsic not in _APART and rng.random() < _SHARE
    ]
    owner, own_firm = _owner()
    pairs = [
        (_case(rng, firm, wards[firm.pk]), firm)
        for firm in chosen
        if firm.pk != own_firm and firm.pk in wards
    ]
    people = {
        firm_id: user_id
        for firm_id, user_id in FirmMembership.objects.filter(
            role=Role.FIRM_OWNER, valid_to=None
        ).values_list("firm_id", "user_id")
        if rng.random() < _CONFIRMED
    }
    profiles = profiles_of(pairs, confirmed_by=people, at=now)
    _lived(rng, profiles, today)
    _own_story(owner, own_firm, today)
    UnknownWord.objects.bulk_create(
        UnknownWord(word=word, normalised=fold(word), place=place, sample=sample, times=times)
        for word, place, sample, times in _UNKNOWN
    )
    return f"加工能力の登録 {len(profiles) + 1:,}件"


def _case(rng: random.Random, firm: Firm, ward: int | None) -> FirmCase:
    texts = _BY_INDUSTRY.get(firm.jsic, _METAL)
    known = _OTHERS.get(firm.jsic, _MATERIALS)
    low = rng.choice((1, 1, 1, 5, 50))
    return FirmCase(
        id=firm.pk,
        name=firm.name,
        ward=ward,
        description="".join(rng.sample(texts, min(len(texts), rng.choice((1, 1, 2, 3))))),
        materials=tuple(rng.sample(known, min(len(known), rng.choice((1, 2, 3))))),
        tolerance_um=rng.choice((5, 10, 20, 50, 100)),
        max_size_mm=rng.choice((150, 300, 600, 1200, 3000)),
        lot_min=low,
        lot_max=low * rng.choice((50, 500, 5_000)),
        certifications=tuple(
            rng.sample(("ISO9001", "ISO14001", "JIS Q 9100"), rng.choice((0, 0, 1)))
        ),
    )


def _lived(rng: random.Random, profiles: list[CapabilityProfile], today: dt.date) -> None:
    """Most firms have answered some requests; those with an owner have confirmed and marked weeks ahead."""
    monday = today - dt.timedelta(days=today.weekday())
    weeks: list[WeekCapacity] = []
    for profile in profiles:
        profile.asked = rng.choice((0, 2, 5, 12))
        profile.answered = rng.randint(profile.asked // 3, profile.asked)
        profile.ratings = rng.choice((0, 1, 3, 8)) if profile.answered else 0
        for name in ("quality_sum", "delivery_sum", "talk_sum"):
            setattr(profile, name, sum(rng.randint(3, 5) for _rating in range(profile.ratings)))
        weeks += [
            WeekCapacity(
                profile=profile,
                week=monday + dt.timedelta(weeks=number),
                mark=rng.choice(("open", "some", "full")),
            )
            for number in range(4 if profile.confirmed_at else 0)
        ]
    # Firms came to it one after the other, most of them in the last year.
    past = random.Random(SEED + 1)  # noqa: S311 (invented data)
    for profile in profiles:
        if profile.confirmed_at:
            profile.confirmed_at -= dt.timedelta(
                days=min(past.randint(0, 930), past.randint(0, 930))
            )
    CapabilityProfile.objects.bulk_update(profiles, _TOLD, batch_size=500)
    WeekCapacity.objects.bulk_create(weeks, batch_size=1000)


_TOLD = (
    "confirmed_at",
    "asked",
    "answered",
    "ratings",
    "quality_sum",
    "delivery_sum",
    "talk_sum",
)


def _owner() -> tuple[User, int]:
    user = User.objects.get(email=BY_KEY["owner"].email)
    return user, FirmMembership.objects.filter(user=user, valid_to=None).first().firm_id


def _own_story(user: User, firm_id: int, today: dt.date) -> None:
    """What the one-click firm finds: entered, not yet confirmed, some figures missing."""
    actor: Any = Actor(user.pk, user.name, Hat.FIRM, frozenset({Role.FIRM_OWNER}), firm_id=firm_id)
    monday = today - dt.timedelta(days=today.weekday())
    with acting(actor):
        row = services.profile_start(actor=actor, firm_id=firm_id)
        about = {"actor": actor, "profile_id": row.pk}
        services.profile_tell(
            **about,
            words=services.Words(
                description="NC旋盤と複合旋盤で、シャフトやフランジを1個から500個まで削ります。"
                "円筒研削の仕上げも自社で行います。めっきは外注です。",
                equipment="NC旋盤 QT-200 3台、複合旋盤 1台、円筒研削盤 1台",
                materials=("S45C", "SUS304", "A5052", "真鍮"),
                measuring_tools=("三次元測定機", "真円度測定機"),
                cad_formats=("STEP", "DXF", "PDF"),
                takes=("試作", "小ロット", "支給材"),
            ),
        )
        services.capability_keep(
            **about,
            process="cut.lathe",
            limits=services.Limits(
                max_size_mm=400,
                lot_min=1,
                lot_max=500,
                lead_days=10,
                rush_days=3,
                steps=[(100, 10), (400, 20)],
            ),
        )
        services.machine_keep(
            **about,
            values={
                "name": "NC旋盤 QT-200",
                "process_id": "cut.lathe",
                "count": 3,
                "width_mm": 340,
            },
        )
        services.certificate_keep(
            **about, name="ISO9001", valid_until=dt.date(today.year + 2, 3, 31)
        )
        marks = {
            monday + dt.timedelta(weeks=n): mark for n, mark in enumerate(("full", "some", "open"))
        }
        services.weeks_tell(**about, marks=marks)
        services.band_tell(actor=actor, low_yen=5_000, high_yen=8_000)
