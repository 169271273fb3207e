"""Indicator definitions in one readable place, versioned.

Source of names and targets: 支援策② of the founding document 001; of formulas and edge rules:
the indicator specification (kpi_matching.md 1b). Five data-quality fields are mandatory for each
(verification, source, accuracy needed, limits, compensation), after GAO-15-788.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext


@dataclass(frozen=True, slots=True)
class Quality:
    """How far the figure can be trusted."""

    verification: str | Promise
    source: str | Promise
    accuracy: str | Promise
    limits: str | Promise
    compensation: str | Promise


def cases(number: int) -> str:
    """件: the word behind a number of applications."""
    return ngettext("件", "件", int(number))


@dataclass(frozen=True, slots=True)
class Indicator:
    """An annual count: distinct `event_key` of facts of `event_type` (and stage, if given).

    `unit` gives the word behind a value. `target` is the policy's yearly figure for all 23 wards
    together.
    """

    code: str
    version: int
    name: str | Promise
    unit: Callable[[int], str]
    event_type: str
    target: int
    definition: str | Promise
    edge_rules: str | Promise
    quality: Quality
    stage: int | None = None

    @property
    def target_text(self) -> str:
        """The yearly figure with its unit."""
        return f"{self.target:,}{self.unit(self.target)}"


_LEDGER = Quality(
    verification=_("夜間に事実の記録から全件を数え直し、表示値と一致することを確かめます。"),
    source=_("このポータルの申請台帳（申請・決定と同じ処理の中で記録）。"),
    accuracy=_("全数。誤差はありません。"),
    limits=_("このポータルの外で受け付けた申請は含みません。"),
    compensation=_("紙の申請は担当者が代理入力し、受付日で数えます。"),
)

INDICATORS = (
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
    ),
    *(
        Indicator(
            code=f"2-OP{stage}",
            version=1,
            name=name,
            unit=cases,
            event_type="grant.decided",
            stage=stage,
            target=target,
            definition=_("交付決定を受けた申請の数。"),
            edge_rules=_(
                "支払日ではなく決定日の年度で数えます。取消は決定した年度から差し引きます。"
            ),
            quality=_LEDGER,
        )
        for stage, name, target in (
            (1, _("ステージ1補助金 交付件数"), 150),
            (2, _("ステージ2補助金 交付件数"), 50),
            (3, _("ステージ3補助金 交付件数"), 10),
        )
    ),
)

BY_CODE = {indicator.code: indicator for indicator in INDICATORS}


def counted_by(event_type: str, stage: int) -> list[Indicator]:
    """The indicators that a fact of this type and stage counts for."""
    return [
        indicator
        for indicator in INDICATORS
        if indicator.event_type == event_type and indicator.stage in (None, stage)
    ]
