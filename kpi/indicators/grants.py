"""Measure 2: grants."""

from django.utils.translation import gettext_lazy as _

from kpi.indicators.model import EXACT, RECOUNTED, Indicator, Quality, cases

_LEDGER = Quality(
    verification=RECOUNTED,
    source=_("このポータルの申請台帳（申請・決定と同じ処理の中で記録）。"),
    accuracy=EXACT,
    limits=_("このポータルの外で受け付けた申請は含みません。"),
    compensation=_("紙の申請は担当者が代理入力し、受付日で数えます。"),
)

_APPLICATIONS = _("申請台帳")

GRANTS = (
    Indicator(
        code="2-KSI",
        version=1,
        name=_("補助金申請件数"),
        unit=cases,
        event_type="grant.submitted",
        target=300,
        definition=_("はじめて提出された申請の数。1つの申請は1件。"),
        edge_rules=_(
            "不交付・提出後の取下げを含みます。下書きは含みません。補正後の再提出は同じ申請です。"
            "提出日の年度で数えます。"
        ),
        quality=_LEDGER,
        ledger=_APPLICATIONS,
    ),
    *(
        Indicator(
            code=f"2-OP{stage}",
            version=2,
            name=name,
            unit=cases,
            event_type="grant.decided",
            stage=stage,
            target=target,
            definition=_("交付決定を受けた申請の数。"),
            edge_rules=_(
                "支払日ではなく決定日の年度で数えます。取下げ・廃止・取消は決定した年度から差し引きます。"
                "変更の承認があっても、決定したときのステージのままです。"
            ),
            quality=_LEDGER,
            ledger=_APPLICATIONS,
        )
        for stage, name, target in (
            (1, _("ステージ1補助金 交付件数"), 150),
            (2, _("ステージ2補助金 交付件数"), 50),
            (3, _("ステージ3補助金 交付件数"), 10),
        )
    ),
)
