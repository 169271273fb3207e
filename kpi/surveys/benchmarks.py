"""Figures of others beside 1-KSI: never our baseline, which is our own first wave."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A published share in %, what it is of, and where it stands."""

    percent: Decimal
    name: str | Promise
    source: str | Promise
    limits: str | Promise


NATIONAL = Benchmark(
    percent=Decimal("42.0"),
    name=_("全国の中小企業（参考）"),
    source=_("中小企業基盤整備機構「中小企業のDX推進に関する調査」（2024年）"),
    limits=_(
        "全国・全業種の調査で、区内の町工場ではありません。比べる目安であり、基準値ではありません。"
    ),
)
