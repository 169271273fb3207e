"""Ratios that are not counted from facts of one type: 1-KGI, 1-KSI, 2-KGI, 2-OC."""

from kpi.indicators.model import Ratio

RATIOS: tuple[Ratio, ...] = ()
