"""What codes of the rules are called on screens: kinds, operators, facts, ties."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.ui.markup import localized
from programs.wards import WARDS
from subsidies.rules.ranking import AMOUNT, ARRIVAL, BONUS
from subsidies.rules.scheme import GENERAL, GRADUATE, PLAN_EVALUATION

KINDS: dict[str, str | Promise] = {
    "text": gettext_lazy("短い文"),
    "longtext": gettext_lazy("長い文"),
    "number": gettext_lazy("数"),
    "yen": gettext_lazy("金額（円）"),
    "signed_yen": gettext_lazy("金額（円、赤字もある）"),
    "date": gettext_lazy("日付"),
    "choice": gettext_lazy("選択"),
    "yes_no": gettext_lazy("はい・いいえ"),
}
OPERATORS: dict[str, str | Promise] = {
    "is_true": gettext_lazy("「はい」であること"),
    "is_false": gettext_lazy("「いいえ」であること"),
    "at_most": gettext_lazy("以下"),
    "less_than": gettext_lazy("未満"),
    "at_least": gettext_lazy("以上"),
    "more_than": gettext_lazy("を超える"),
    "one_of": gettext_lazy("のどれか"),
}
RELATIONS: dict[str, str | Promise] = {
    "prohibits": gettext_lazy("同時に受けられない"),
    "requires": gettext_lazy("先に受けていること"),
    "stacks": gettext_lazy("あわせて受けられる"),
}
CLASSES: dict[str, str | Promise] = {
    GENERAL: gettext_lazy("修了者でない方"),
    GRADUATE: gettext_lazy("修了者"),
}
# Facts of a firm that give a bonus (programs.Qualification).
FACTS: dict[str, str | Promise] = {
    "dojo_graduate": gettext_lazy("DX道場の修了"),
    "leader_course": gettext_lazy("リーダー講座の修了"),
    "advisor_support": gettext_lazy("DXアドバイザーの支援"),
    "sdgs": gettext_lazy("SDGsの宣言"),
    "wage_raise": gettext_lazy("賃上げの計画"),
    "advanced_equipment": gettext_lazy("先端設備等導入計画の認定"),
    "continuity_plan": gettext_lazy("事業継続力強化計画の認定"),
    "health": gettext_lazy("健康経営の認定"),
}
# Where the answer to an eligibility question comes from.
SOURCES: dict[str, str | Promise] = {
    "ask": gettext_lazy("なし（申請者が答える）"),
    "firm.employees": gettext_lazy("従業員数"),
    "firm.capital_yen": gettext_lazy("資本金"),
    "firm.has_site_in_ward": gettext_lazy("区内に事業所があるか"),
    # For a firm with sites in several wards: which of them is its ward.
    "firm.head_office_in_ward": gettext_lazy("本社が区内にあるか"),
    "firm.factory_in_ward": gettext_lazy("工場が区内にあるか"),
    "firm.years_in_ward": gettext_lazy("区内での年数"),
    "firm.months_in_ward": gettext_lazy("区内での月数"),
}
# Parts of this portal that tell whether something was done before the application.
PORTAL_SOURCES: dict[str, str | Promise] = {
    PLAN_EVALUATION: gettext_lazy("相談員による計画の妥当性評価"),
}
TIES: dict[str, str | Promise] = {
    BONUS: gettext_lazy("加点の多い順"),
    AMOUNT: gettext_lazy("申請額の小さい順"),
    ARRIVAL: gettext_lazy("受付の早い順"),
}


def tie_names(criteria: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What may decide between equal totals; `criteria` are code and name of the sheet's own."""
    own = {code: _("「%(name)s」の点の高い順") % {"name": name} for code, name in criteria}
    return {**own, **{code: str(name) for code, name in TIES.items()}}


def ward_name(code: int) -> str:
    """The ward's name in the language of the page; its number where there is no such ward."""
    found = next((ward for ward in WARDS if ward.code == code), None)
    return localized(found.name, found.name_en) if found else str(code)
