"""Codes of the board and their words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# The mail that one may do without: a joint order was opened that the firm could take part in.
JOINT_OPENED = "exchange.joint_opened"

MATERIALS: Mapping[str, str | Promise] = {
    "SS400": _("SS400（一般構造用鋼）"),
    "S45C": _("S45C（機械構造用炭素鋼）"),
    "SCM435": _("SCM435（クロムモリブデン鋼）"),
    "SKD11": _("SKD11（ダイス鋼）"),
    "SUS303": _("SUS303（快削ステンレス）"),
    "SUS304": _("SUS304（ステンレス）"),
    "SUS316": _("SUS316（ステンレス）"),
    "A5052": _("A5052（アルミ）"),
    "A2017": _("A2017（ジュラルミン）"),
    "A7075": _("A7075（超々ジュラルミン）"),
    "C3604": _("C3604（快削黄銅）"),
    "C1100": _("C1100（銅）"),
    "POM": _("POM（樹脂）"),
    "MC": _("MCナイロン（樹脂）"),
    "PMMA": _("アクリル（樹脂）"),
}

ROUND, PLATE, SQUARE, HEX, PIPE, SECTION = "round", "plate", "square", "hex", "pipe", "section"
SHAPES: Mapping[str, str | Promise] = {
    ROUND: _("丸棒"),
    PLATE: _("板"),
    SQUARE: _("角棒"),
    HEX: _("六角棒"),
    PIPE: _("パイプ"),
    SECTION: _("形鋼"),
}

UNITS: Mapping[str, str | Promise] = {"piece": _("本"), "sheet": _("枚"), "kg": _("kg")}
