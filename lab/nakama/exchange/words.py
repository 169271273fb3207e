"""Words of the rules on the pages."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from lab.nakama.exchange.rules.pairing import Miss

MISSES = {
    Miss.MATERIAL: _("材質"),
    Miss.SHAPE: _("形状"),
    Miss.UNIT: _("単位"),
    Miss.SIZE: _("寸法"),
    Miss.PRICE: _("価格"),
}


def near(found: Mapping[Miss, int]) -> Iterator[str]:
    """「寸法だけが合わない掲載が2件あります。」, the most promising first."""
    for miss, number in sorted(found.items(), key=lambda one: (-one[1], one[0])):
        yield ngettext(
            "%(what)sだけが合わない掲載が%(n)d件あります。",
            "%(what)sだけが合わない掲載が%(n)d件あります。",
            number,
        ) % {"what": MISSES[miss], "n": number}
