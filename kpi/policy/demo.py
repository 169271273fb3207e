"""Invented evaluation sheets: last year's of a few wards through the real services; one waits, one is a draft."""

import datetime as dt
from collections.abc import Sequence

from kpi.policy import services
from kpi.policy.models import Sheet
from portal.accounts.demo import SUMIDA
from portal.accounts.models import Assignment
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from programs.models import Firm

_WRITTEN = {
    Sheet.Package.PEOPLE: {
        "need": "high",
        "need_why": "町工場には社内にデジタル人材がおらず、民間の講座は費用と内容の面で届きにくい。",
        "effect": "middle",
        "effect_why": "道場の修了者は目標に近いが、修了した企業の投資はまだ目標に届いていない。",
        "efficiency": "middle",
        "efficiency_why": "会場と講師を隣の区と共同にすると、定員あたりの費用を下げられる。",
        "issues": "日中の回は経営者が現場を離れにくく、欠席が多い。",
        "direction": "expand",
        "direction_why": "夕方の回とオンラインの補講を増やす。修了後3か月の訪問を必ず行う。",
    },
    Sheet.Package.GRANTS: {
        "need": "high",
        "need_why": "資金に余裕のない小さな工場ほど投資が先送りされ、区の後押しが要る。",
        "effect": "middle",
        "effect_why": "ステージ1は広がったが、ステージ2と3は申請が少ない。",
        "efficiency": "high",
        "efficiency_why": "申請の手続を簡素にし、1件あたりの事務の時間が減った。",
        "issues": "ステージ2の導入計画を評価する相談員が足りず、申請までに時間がかかる。",
        "direction": "continue",
        "direction_why": "ステージ1は続け、ステージ2は相談員の評価の枠を先に確保してから公募する。",
    },
    Sheet.Package.LAB: {
        "need": "middle",
        "need_why": "実機で試せる場は民間に少ないが、都の施設との役割の分担を見直す余地がある。",
        "effect": "low",
        "effect_why": "利用は増えたが、取引の成立はまだ少ない。",
        "efficiency": "low",
        "efficiency_why": "平日の昼の機械の空きが大きい。",
        "issues": "同じ企業の利用に偏り、催しからの取引が少ない。",
        "direction": "review",
        "direction_why": "夜間と土曜の開館を試し、買う側の企業を招く商談会に催しを組み替える。",
    },
}


def load(*, firms: Sequence[Firm], now: dt.datetime, scale: float) -> str:
    """Once; needs `acting(Actor.system(…))`. Returns a line with the number."""
    year = clock.fiscal_year(clock.to_date(now)) - 1
    writer, second = _official(Role.REVIEWER), _official(Role.APPROVER)
    if writer is None or second is None:
        return "評価シート 0枚"
    # 墨田区: two confirmed, the third not begun; this year's first one waits and one is a draft.
    for package in (Sheet.Package.PEOPLE, Sheet.Package.GRANTS):
        _confirmed(writer, second, year, package)
    _submitted(writer, year + 1, Sheet.Package.GRANTS)
    _draft(writer, year + 1, Sheet.Package.LAB)
    return f"評価シート {Sheet.objects.count()}枚"


def _official(role: str) -> Actor | None:
    rows = Assignment.objects.filter(role=role, ward_id=SUMIDA).select_related("user")
    found = rows.order_by("pk").first()
    if found is None:
        return None
    return Actor(found.user.pk, found.user.name, Hat.WARD, frozenset({role}), ward_id=SUMIDA)


def _draft(writer: Actor, year: int, package: Sheet.Package) -> Sheet:
    with acting(writer):
        sheet = services.sheet_start(actor=writer, fiscal_year=year, package=package)
        return services.sheet_save(
            actor=writer, sheet_id=sheet.pk, revision=0, values=_WRITTEN[package]
        )


def _submitted(writer: Actor, year: int, package: Sheet.Package) -> Sheet:
    sheet = _draft(writer, year, package)
    with acting(writer):
        return services.sheet_submit(actor=writer, sheet_id=sheet.pk)


def _confirmed(writer: Actor, second: Actor, year: int, package: Sheet.Package) -> None:
    sheet = _submitted(writer, year, package)
    with acting(second):
        services.sheet_confirm(actor=second, sheet_id=sheet.pk)
