"""The finding of a page: which indicators are in danger, and by how much."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpi.figures.cards import Card
from kpi.rules.forecasts import Light


@dataclass(frozen=True, slots=True)
class Danger:
    """An indicator that may miss its target, in words; `code` leads to its card."""

    code: str
    name: str
    text: str
    verdict: str
    tone: str


def dangers(made: Sequence[Card]) -> list[Danger]:
    """Those that will probably miss first, then those that may; in the policy's order."""
    found = [one for kind in (Light.RED, Light.AMBER) for one in made if one.light == kind]
    return [Danger(one.code, str(one.name), _by(one), one.verdict, one.tone) for one in found]


def headline(made: Sequence[Card], *, is_over: bool) -> str:
    """The finding in one sentence."""
    judged = [one for one in made if one.light != Light.NONE]
    if not judged:
        if any(one.progress and one.progress.target for one in made):
            return _("年度のはじめのため、まだ見通せません")
        return _("この年度の目標はまだ登録されていません")
    values = {
        "all": len(judged),
        "red": sum(one.light == Light.RED and not one.is_missed for one in judged),
        "missed": sum(one.is_missed for one in judged),
        "amber": sum(one.light == Light.AMBER for one in judged),
    }
    if is_over:
        values["missed"] += values["red"] + values["amber"]
        return _over(values)
    if values["red"] and values["missed"]:
        text = _(
            "判定できる%(all)s指標のうち%(red)s指標が目標に届かない見込みで、%(missed)s指標は届きませんでした"
        )
    elif values["missed"]:
        return _over(values)
    elif values["red"]:
        text = ngettext(
            "判定できる%(all)s指標のうち%(red)s指標が、目標に届かない見込みです",
            "判定できる%(all)s指標のうち%(red)s指標が、目標に届かない見込みです",
            values["red"],
        )
    elif values["amber"]:
        text = ngettext(
            "判定できる%(all)s指標のうち%(amber)s指標は、目標に届くかどうか分かれています",
            "判定できる%(all)s指標のうち%(amber)s指標は、目標に届くかどうか分かれています",
            values["amber"],
        )
    else:
        text = _("判定できる%(all)s指標のすべてが、目標に届く見込みです")
    return text % values


def _over(values: dict[str, int]) -> str:
    if not values["missed"]:
        return _("判定できる%(all)s指標のすべてが、目標に達しました") % values
    return (
        ngettext(
            "判定できる%(all)s指標のうち%(missed)s指標が、目標に届きませんでした",
            "判定できる%(all)s指標のうち%(missed)s指標が、目標に届きませんでした",
            values["missed"],
        )
        % values
    )


def _by(one: Card) -> str:
    values = {"missing": one.missing, "chance": one.chance}
    if one.missing and one.chance:
        return _("見込みは目標に%(missing)s足りません（届く確率%(chance)s）") % values
    if one.missing:
        return _("目標に%(missing)s足りません") % values
    return _("届く確率%(chance)s") % values if one.chance else ""
