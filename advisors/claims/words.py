"""Codes of the rules in words."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from advisors.claims import rules


def note_texts(notes: Iterable[str]) -> list[str]:
    """What was done to a line's figures, a sentence each."""
    words = {
        rules.LATE: _("前の月の訪問（受理が遅れたもの）"),
        rules.OVER_VISITS: _("1社に支払う回数の上限を超えた訪問"),
        rules.OVER_TIME: _("1回に支払う時間の上限まで"),
        rules.OVER_FARE: _("交通費の上限まで"),
    }
    return [words[note] for note in notes if note in words]
