"""What the room calls things."""

from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.auditing.models import Sample
from portal.auditing.rules.sampling import BANDS, BadDraw, band
from portal.auditing.selectors.population import BASES, CRITERIA, Wanted
from portal.ui.markup import fiscal_year_text, yen_text
from portal.ui.numbers import posted_number
from portal.ui.parts import Row
from programs.selectors import ward_name

STAGES = (1, 2, 3)


def band_text(yen: int) -> str:
    """「10万円以上50万円未満」."""
    number = band(yen)
    least = yen_text(BANDS[number - 1]) if number else ""
    if number == len(BANDS):
        return _("%(least)s以上") % {"least": least}
    most = yen_text(BANDS[number])
    if not number:
        return _("%(most)s未満") % {"most": most}
    return _("%(least)s以上%(most)s未満") % {"least": least, "most": most}


def refused_draw(bad: BadDraw) -> str:
    """Why no sample can be drawn, and how to mend it."""
    if bad.reason == "empty":
        return _("この条件に合う案件は0件です。区・年度・金額などの条件をゆるめてください。")
    if bad.reason == "no_money":
        return _("この条件に合う案件の額がすべて0円のため、金額単位では抽出できません。")
    text = _("件数が母集団より多くなっています。1から%(most)sまでで入力してください。")
    return text % {"most": f"{bad.most:,}"}


def conditions(wanted: Wanted) -> list[Row]:
    """What the population was narrowed by, in words."""
    scope = wanted.scope
    rows = [Row(_("母集団"), BASES[wanted.base])]
    if scope.year is not None:
        rows.append(Row(_("年度"), fiscal_year_text(scope.year)))
    rows.append(Row(_("区"), ward_name(scope.ward_id) if scope.ward_id else _("すべての区")))
    if scope.stage is not None:
        rows.append(Row(_("ステージ"), scope.stage))
    if wanted.criterion in CRITERIA:
        rows.append(Row(_("起きたこと"), CRITERIA[wanted.criterion][0]))
    if wanted.least_yen is not None:
        rows.append(Row(_("額の下限"), yen_text(wanted.least_yen)))
    if wanted.most_yen is not None:
        rows.append(Row(_("額の上限"), yen_text(wanted.most_yen)))
    return rows


def purpose_of(sample: Sample) -> str:
    """What goes to the audit trail, which is Japanese, for a look from the sample."""
    with override("ja"):
        return _("%(purpose)s（標本：%(name)s）") % {"purpose": sample.purpose, "name": sample.name}


def number_of(text: str) -> int | None:
    """A whole number typed into an address."""
    return posted_number(text.replace(",", "")) if text else None
