"""What an advisor judges of a plan (評価の項目), in the order of the form and of every reading."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Aspect:
    """One of the five; `hint` says what to look at."""

    code: str
    name: str | Promise
    hint: str | Promise


ASPECTS = (
    Aspect("fit", _("課題と解決策"), _("困りごとの原因に、入れるものが合っているか。")),
    Aspect("feasibility", _("実現できるか"), _("体制・日程・いまの機械やデータとのつながり。")),
    Aspect("effect", _("効果の見込み"), _("いまの数字に根拠があり、後で確かめられるか。")),
    Aspect("price", _("経費の妥当さ"), _("製品を比べているか。価格は相場に合うか。")),
    Aspect("risks", _("心配な点と備え"), _("続けて使えるか。情報の安全、業者への頼り過ぎなど。")),
)
CODES = tuple(aspect.code for aspect in ASPECTS)
# Beside the aspects' texts: what has to hold or be mended for the plan to be sound (条件).
CONDITIONS = "conditions"
