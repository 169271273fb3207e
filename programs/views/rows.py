"""A firm's data as the lines of a summary list."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from portal.kernel import clock
from portal.kernel.transitions import State
from portal.ui.markup import era_date, yen_text
from portal.ui.parts import Row
from programs.corporate_numbers import spaced
from programs.fact_states import fact_state
from programs.industry import SIZE_LABELS
from programs.models import Firm, Qualification
from programs.profiles import PROFILE_FIELDS

NOT_GIVEN = "—"


def firm_rows(firm: Firm) -> list[Row]:
    """Everything the portal knows of the firm itself."""
    return [
        Row(_("法人・個人の別"), firm.get_kind_display()),
        Row(_("法人番号"), spaced(firm.corporate_number) or NOT_GIVEN),
        Row(_("企業名（屋号）"), firm.name),
        Row(_("フリガナ"), firm.name_kana or NOT_GIVEN),
        Row(_("業種"), f"{firm.jsic} {firm.get_jsic_display()}"),
        Row(_("生産形態"), firm.get_production_type_display() or NOT_GIVEN),
        Row(_("従業員数"), _("%(count)s人") % {"count": f"{firm.employees:,}"}),
        Row(_("規模モデル"), SIZE_LABELS[firm.size_model]),
        Row(_("資本金"), NOT_GIVEN if firm.capital_yen is None else yen_text(firm.capital_yen)),
        Row(
            _("設立日（開業日）"),
            era_date(firm.established_on) if firm.established_on else NOT_GIVEN,
        ),
        Row(_("本社所在地"), f"〒{firm.postal_code_display} {firm.address}"),
        *contact_rows(firm),
    ]


def contact_rows(firm: Firm) -> list[Row]:
    """How to reach the firm: personal data."""
    return [
        Row(_("代表者の氏名"), firm.representative_name or NOT_GIVEN),
        Row(_("電話番号"), firm.phone or NOT_GIVEN),
        Row(_("メールアドレス"), firm.email or NOT_GIVEN),
        Row(_("ウェブサイト"), firm.website or NOT_GIVEN),
    ]


def facts_with_state(facts: Iterable[Qualification]) -> list[tuple[Qualification, State]]:
    """What programs/_facts.html draws."""
    today = clock.today()
    return [(fact, fact_state(fact, today)) for fact in facts]


def change_lines(changes: Mapping[str, list[Any]]) -> list[str]:
    """「従業員数：12 → 20」 for each field an import would change."""
    return [
        _("%(field)s：%(before)s → %(after)s")
        % {
            "field": _field_label(name),
            "before": _field_value(name, before),
            "after": _field_value(name, after),
        }
        for name, (before, after) in changes.items()
    ]


def row_lines(values: Mapping[str, Any]) -> list[str]:
    """What a row says of a firm, in short."""
    return [
        _field_value("jsic", values["jsic"]),
        _("%(count)s人") % {"count": f"{values['employees']:,}"},
        values["address"],
    ]


def _field_label(name: str) -> str:
    if name not in PROFILE_FIELDS:
        return _("区内事業所")
    return str(Firm._meta.get_field(name).verbose_name)


def _field_value(name: str, value: Any) -> str:
    if value in (None, ""):
        return _("（なし）")
    if name in {"jsic", "production_type"}:
        return str(dict(Firm._meta.get_field(name).choices).get(value, value))
    return f"{value:,}" if isinstance(value, int) else str(value)
