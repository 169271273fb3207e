"""Coded lists of the room. Codes are stored, words are shown."""

from django.utils.translation import gettext_lazy as _

from advisors.adoption.rules import patterns
from advisors.adoption.rules.weeks import GREEN, RED, TARGET, YELLOW
from advisors.codes import Words

# 003 「3ステップ定着法」: what successful firms have done before they choose a tool.
PREPARED: Words = {
    "visible": _("いまの業務の流れを書き出した"),
    "improved": _("道具を入れる前に無駄な手順を減らした"),
    "simple": _("必要な機能を絞ってから選んだ"),
}

# 003 「3つの失敗パターン」.
PATTERNS: Words = {
    patterns.TOOL_FIRST: _("ツール先行型"),
    patterns.ALONE: _("担当者孤立型"),
    patterns.FLASH: _("一過性型"),
}

LIGHTS: Words = {
    GREEN: _("目標どおり"),
    YELLOW: _("もう少し"),
    RED: _("手当てが要る"),
    "": _("まだ分からない"),
}
TONES = {GREEN: "green", YELLOW: "orange", RED: "red", "": ""}

LAST, LONG = "last", "long"
GAPS: Words = {
    LAST: _("先週の記録なし"),
    LONG: _("2か月以上、記録なし"),
}

# 003 「継続的改善サイクル」: after so many months.
REVIEW_MONTHS = (3, 6, 12)
TARGET_PERCENT = int(TARGET * 100)
