"""Codes of the rules in words."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advisors.claims import rules, yearly
from portal.kernel import clock
from portal.ui.markup import localized

# What is done with a payee's 支払調書.
VERDICTS: dict[str, str | Promise] = {
    yearly.DUE: gettext_lazy("提出する"),
    yearly.UNDER: gettext_lazy("提出しなくてよい"),
    yearly.UNSETTLED: gettext_lazy("要否を確かめる"),
}


def note_texts(notes: Iterable[str]) -> list[str]:
    """What was done to a line's figures, a sentence each."""
    words = {
        rules.LATE: _("前の月の訪問（受理が遅れたもの）"),
        rules.OVER_VISITS: _("1社に支払う回数の上限を超えた訪問"),
        rules.OVER_TIME: _("1回に支払う時間の上限まで"),
        rules.OVER_FARE: _("交通費の上限まで"),
    }
    return [words[note] for note in notes if note in words]


def calendar_year(year: int) -> str:
    """令和8年, the Western year in other languages."""
    return localized(clock.wareki_fiscal_year(year).removesuffix("度"), f"{year}")
