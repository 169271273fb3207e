"""Sentences of the room: limits and failed conditions in words."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lab.nakama.models import Capability
from lab.nakama.rules import ranking
from lab.nakama.selectors.search import Conditions

CONDITION_NAMES = {
    ranking.MATERIAL: gettext_lazy("材料"),
    ranking.SIZE: gettext_lazy("大きさ"),
    ranking.TOLERANCE: gettext_lazy("公差"),
    ranking.LOT: gettext_lazy("ロット"),
    ranking.CERTIFICATE: gettext_lazy("認証"),
}


def failed(name: str, conditions: Conditions) -> str:
    """Why a firm is 条件外, in words."""
    if name == ranking.MATERIAL:
        return _("材料「%(word)s」の登録がありません") % {"word": conditions.material}
    if name == ranking.SIZE:
        return _("%(mm)smmの大きさに対応する登録がありません") % {"mm": f"{conditions.size_mm:,}"}
    if name == ranking.TOLERANCE:
        return _("公差±%(um)sµmに対応する登録がありません") % {"um": conditions.tolerance_um}
    if name == ranking.LOT:
        return _("ロット%(lot)s個に対応する登録がありません") % {"lot": f"{conditions.lot:,}"}
    return _("認証「%(word)s」が登録されていないか、期限が切れています") % {
        "word": conditions.certificate
    }


def relaxed(names: Sequence[str], firms: int) -> str:
    """What giving up a condition, or some together, adds."""
    if len(names) > 1:
        return ngettext(
            "%(names)sの条件を一緒に外すと、%(firms)s社が見つかります",
            "%(names)sの条件を一緒に外すと、%(firms)s社が見つかります",
            firms,
        ) % {
            "names": _("と").join(
                _("「%(name)s」") % {"name": CONDITION_NAMES[one]} for one in names
            ),
            "firms": firms,
        }
    return ngettext(
        "「%(name)s」の条件を外すと、%(firms)s社が見つかります",
        "「%(name)s」の条件を外すと、%(firms)s社が見つかります",
        firms,
    ) % {"name": CONDITION_NAMES[names[0]], "firms": firms}


def limits(row: Capability) -> list[str]:
    """Size, tolerance, roughness, lot and time, each in a few words; what is not known is left out."""
    told = []
    if row.reach_mm:
        told.append(_("最大%(mm)smm") % {"mm": f"{row.reach_mm:,}"})
    told += [
        _("±%(um)sµm（%(mm)smmまで）") % {"um": step.tolerance_um, "mm": f"{step.up_to_mm:,}"}
        if step.up_to_mm
        else _("±%(um)sµm") % {"um": step.tolerance_um}
        for step in row.steps.all()
    ]
    if row.roughness_ra is not None:
        told.append(f"Ra {row.roughness_ra}µm")
    if row.lot_min or row.lot_max:
        told.append(
            _("ロット%(low)s〜%(high)s個")
            % {"low": f"{row.lot_min or 1:,}", "high": f"{row.lot_max:,}" if row.lot_max else ""}
        )
    if row.lead_days:
        told.append(_("標準%(days)s日") % {"days": row.lead_days})
    if row.rush_days:
        told.append(_("最短%(days)s日") % {"days": row.rush_days})
    return told
