"""`manage.py load_demo`: invented firms, people, applications and figures of three fiscal years.

Everything is one transaction: a load that is interrupted leaves nothing behind, and one that is
done leaves a mark in the audit trail, by which a second run knows that there is nothing to do.
"""

import datetime as dt
import random
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from advisors import demo as advisors_demo
from advisors.adoption import demo as adoption_demo
from advisors.claims import demo as claims_demo
from dojo import demo as dojo_demo
from dojo.followup import demo as followup_demo
from dojo.worksheets import demo as worksheets_demo
from kpi import demo as kpi_demo
from lab import demo as lab_demo
from portal.accounts.models import Assignment
from portal.desk import demo as desk_demo
from portal.kernel import audit, clock, outbox
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.notices.models import Notice
from portal.notices.reminders import remind
from programs.demo import load_demo_firms
from programs.demo_facts import load_demo_facts
from programs.demo_mergers import load_mergers
from programs.diagnosis import demo as diagnosis_demo
from programs.models import Firm
from subsidies import demo as subsidies_demo
from subsidies.consultations import demo as consultations_demo
from subsidies.evaluation import demo as evaluation_demo
from subsidies.grants import demo as grants_demo
from subsidies.ledger.services import publish
from subsidies.obligations import demo as obligations_demo
from subsidies.office import demo as office_demo
from subsidies.past import Past
from subsidies.retention import demo as retention_demo
from subsidies.selection import demo as selection_demo
from subsidies.selection.demo_past import load_past
from subsidies.watch import demo as watch_demo

LOADED = "desk.demo_loaded"
# Of the notices of the load, so many have been read.
READ_SHARE = 0.4


class Command(BaseCommand):
    help = "デモンストレーション用の架空のデータを読み込みます（2回目からは何もしません）。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--scale",
            type=float,
            default=1.0,
            help="申請の数の倍率（既定は1、テストは0.2、0は企業と人だけ）",
        )

    def handle(self, *args: Any, scale: float, **options: Any) -> None:
        if not settings.DEMO_MODE:
            raise CommandError(
                "DEMO_MODE が有効ではありません。デモンストレーションのデータは、実際の運用の"
                "データベースには読み込めません。"
            )
        started = time.monotonic()
        actor = Actor.system("load_demo")
        with acting(actor):
            if is_loaded():
                self.stdout.write("読み込み済みです。何もしません。")
                return
            self._load(actor, scale)
        self.stdout.write(f"{time.monotonic() - started:.0f}秒で読み込みました。")

    def _load(self, actor: Actor, scale: float) -> None:
        now = clock.now()
        firms = load_demo_firms()
        officials = Assignment.objects.count()
        self.stdout.write(f"企業 {len(firms):,}社、職員などの役割 {officials:,}件")
        facts = load_demo_facts(firms, actor=actor, today=clock.to_date(now))
        self._say(f"修了・認定 {facts:,}件")
        applications = self._load_stories(actor, firms, now, scale) if scale else 0
        audit.record(
            actor=actor,
            action=LOADED,
            detail={"applications": applications, "firms": len(firms)},
        )

    def _load_stories(self, actor: Actor, firms: list[Firm], now: dt.datetime, scale: float) -> int:
        """What happened to the firms, room by room; returns the number of past applications."""
        summary = subsidies_demo.load(
            actor=actor,
            firms=firms,
            now=now,
            scale=scale,
            say=self._say,
            prepare=evaluation_demo.prepare,
            afterwards=Past(),
        )
        self._say(f"相談員に共有した計画 {evaluation_demo.load(now):,}件")
        self._say(f"審査会 {selection_demo.load(clock.to_date(now)):,}件")
        self._say(f"過去の採択 {load_past(clock.to_date(now)):,}件")
        obligations_demo.begin(clock.to_date(now))
        told = grants_demo.load(clock.to_date(now))
        self._say(f"交付決定後の手続 {told:,}件")
        self._say(f"期限のある義務 {obligations_demo.load(clock.to_date(now)):,}件")
        self._say(f"相談記録 {consultations_demo.load():,}件")
        self._say(f"制度の改正案 {office_demo.load(clock.to_date(now)):,}件")
        self._say(f"気になる点のある申請 {watch_demo.load(clock.to_date(now)):,}件")
        kept = retention_demo.load(clock.to_date(now))
        self._say(f"保存年限を数えている案件 {kept:,}件")
        told = diagnosis_demo.load(firms=firms, now=now)
        self._say(f"診断 {told:,}件")
        self._say(f"講座の期 {dojo_demo.load(clock.to_date(now)):,}件")
        told = advisors_demo.load(firms=firms, now=now, scale=scale)
        self._say(f"伴走支援 {told:,}件")
        self._say(f"導入したツール {adoption_demo.load(clock.to_date(now)):,}件")
        self._say(f"謝金の請求 {claims_demo.load(now):,}件")
        self._say(f"ワークシート {worksheets_demo.load():,}枚")
        self._say(f"修了後の調査 {followup_demo.load(clock.to_date(now)):,}件")
        for line in lab_demo.load(firms=firms, now=now, scale=scale):
            self._say(line)
        self._say(f"企業の合併・統合 {load_mergers(clock.to_date(now)):,}件")
        self._say(f"公表する交付先 {publish(actor=actor):,}行")
        self._say(f"通知書・受付証・お知らせなど {outbox.drain():,}件の処理")
        remind(today=clock.to_date(now))
        self._say(f"お知らせ {settle_notices():,}通（メールは送りません）")
        targets = kpi_demo.load_targets(firms=firms, today=clock.to_date(now))
        self._say(
            f"目標値 {targets:,}件、指標のもとになる事実 {kpi_demo.load_facts(clock.to_date(now)):,}件"
        )
        for line in kpi_demo.load_rooms(firms=firms, now=now, scale=scale):
            self._say(line)
        for line in desk_demo.load(firms=firms, now=now, scale=scale):
            self._say(line)
        return summary.applications

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def is_loaded() -> bool:
    """Whether an earlier load went through to its end."""
    return AuditRow.objects.filter(chain=audit.NO_WARD, action=LOADED).exists()


def settle_notices() -> int:
    """Let no e-mail leave for invented people, and some notices be read; returns how many."""
    now, rng = clock.now(), random.Random(1)  # noqa: S311 (invented data)
    ordered = Notice.objects.order_by("created_at", "event_key", "recipient_id")
    keys = list(ordered.values_list("pk", flat=True))
    Notice.objects.filter(mailed_at=None).update(mailed_at=now)
    read = [key for key in keys if rng.random() < READ_SHARE]
    Notice.objects.filter(pk__in=read).update(read_at=now)
    return len(keys)
