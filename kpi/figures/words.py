"""What the figures say in words; never by colour alone."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpi.rules.forecasts import Light

# Light → (word, tone of the tag).
LIGHTS: dict[Light, tuple[str | Promise, str]] = {
    Light.GREEN: (gettext_lazy("目標に届く見込み"), "green"),
    Light.AMBER: (gettext_lazy("届くかどうか分かれる"), "orange"),
    Light.RED: (gettext_lazy("届かない見込み"), "red"),
    Light.NONE: (gettext_lazy("判定なし"), ""),
}


def chance_text(chance: float) -> str:
    """62%; the ends are not claimed: under 1 % and over 99 %."""
    if chance < 0.01:
        return _("1%未満")
    if chance > 0.99:
        return _("99%超")
    return f"{round(100 * chance)}%"
