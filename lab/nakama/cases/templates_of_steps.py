"""Templates of steps: sequences that come up again and again in small factories."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class StepTemplate:
    """A sequence of process codes; `minutes` is the usual time of a small lot."""

    code: str
    label: Any
    steps: tuple[tuple[str, int], ...]


TEMPLATES = (
    StepTemplate(
        "shaft",
        _("軸物：旋削→熱処理→研削→めっき→検査"),
        (
            ("cut.lathe", 480),
            ("heat.quench", 240),
            ("grind.cylinder", 360),
            ("surf.chrome", 240),
            ("insp.cmm", 120),
        ),
    ),
    StepTemplate(
        "gear",
        _("歯車：旋削→歯切り→焼入れ→研削→検査"),
        (
            ("cut.lathe", 360),
            ("cut.gear", 480),
            ("heat.carb", 240),
            ("grind.internal", 300),
            ("insp.cmm", 120),
        ),
    ),
    StepTemplate(
        "block",
        _("角物：マシニング→バリ取り→アルマイト→検査"),
        (("cut.mc", 600), ("grind.deburr", 180), ("surf.anod", 240), ("insp.cmm", 120)),
    ),
    StepTemplate(
        "case",
        _("板金筐体：レーザー→曲げ→溶接→塗装→組立"),
        (
            ("sheet.laser", 240),
            ("sheet.bend", 240),
            ("weld.tig", 480),
            ("paint.powder", 300),
            ("asm.mech", 360),
        ),
    ),
    StepTemplate(
        "die",
        _("金型部品：フライス→焼入れ→平面研削→ワイヤ放電→検査"),
        (
            ("cut.mill", 360),
            ("heat.vacuum", 240),
            ("grind.surface", 240),
            ("edm.wire", 480),
            ("insp.cmm", 120),
        ),
    ),
    StepTemplate("one", _("1工程だけ（旋削）"), (("cut.lathe", 480),)),
)


def template_of(code: str) -> StepTemplate | None:
    """The template of that code."""
    return next((template for template in TEMPLATES if template.code == code), None)
