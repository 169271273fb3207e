"""Words of the rules on the pages."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from lab.nakama.exchange.rules.lots import Reason
from lab.nakama.exchange.rules.pairing import Miss
from portal.ui.markup import yen_text

MISSES = {
    Miss.MATERIAL: _("材質"),
    Miss.SHAPE: _("形状"),
    Miss.UNIT: _("単位"),
    Miss.SIZE: _("寸法"),
}


def near(found: Mapping[Miss, int]) -> Iterator[str]:
    """「寸法だけが合わない掲載が2件あります。」, the most promising first."""
    for miss, number in sorted(found.items(), key=lambda one: (-one[1], one[0])):
        yield ngettext(
            "%(what)sだけが合わない掲載が%(n)d件あります。",
            "%(what)sだけが合わない掲載が%(n)d件あります。",
            number,
        ) % {"what": MISSES[miss], "n": number}


def why(reason: Reason) -> str:
    """Why a firm has its lot, or has none: what the whole would cost otherwise."""
    if reason.quantity:
        if reason.without_yen is None:
            return gettext("この企業がないと、数量をまかなえません。")
        if not reason.without_yen:
            return gettext("この企業がなくても、同じ費用で分けられます。")
        return gettext("この企業がないと、費用が%(yen)s増えます。") % {
            "yen": yen_text(reason.without_yen)
        }
    if reason.with_yen is None:
        return gettext("最小の数量のため、ほかの企業と合わせてちょうどに分けられません。")
    if not reason.with_yen:
        return gettext("加えても、同じ費用です。")
    return gettext("加えると、費用が%(yen)s増えます。") % {"yen": yen_text(reason.with_yen)}


# What a firm has to do about a joint order, and what the button to it says.
TURNS = {
    "answer": (_("共同受注の分担に返事をする"), _("分担を見る")),
    "make": (_("共同受注の分担を作って納める"), _("分担を開く")),
    "receive": (_("共同受注の納品を確認する"), _("納品を確認する")),
    "split": (_("共同受注の分担を計算する"), _("申出を開く")),
    "propose": (_("共同受注の分担を決めて、参加をたずねる"), _("分担の案を開く")),
}
