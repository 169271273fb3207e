"""The form of the sheet: which column holds what, and the rules that span several columns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from programs import postal
from programs.importing import cells
from programs.importing.cells import Cell, CellError, Reader
from programs.models import Ward

MAX_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the sheet. `heading` is compared with row 1 and therefore never translated."""

    letter: str
    name: str
    heading: str
    reader: Reader
    required: bool
    hint: str


COLUMNS = (
    Column(
        "A",
        "corporate_number",
        "法人番号",
        cells.corporate_number,
        False,
        "13桁。個人事業主は空欄",
    ),
    Column("B", "name", "企業名", cells.text(200), True, "登記の名称。個人事業主は屋号"),
    Column("C", "name_kana", "企業名（フリガナ）", cells.text(200), False, "カタカナ"),
    Column("D", "employees", "従業員数", cells.employees, True, "0以上の整数"),
    Column("E", "capital_yen", "資本金（円）", cells.yen, False, "円単位の整数"),
    Column("F", "jsic", "業種番号", cells.jsic, True, "日本標準産業分類・中分類の番号（下の表）"),
    Column("G", "production_type", "生産形態", cells.production_type, False, "選択肢から選ぶ"),
    Column("H", "postal_code", "郵便番号", cells.postal_code, True, "本社の郵便番号7桁"),
    Column("I", "address", "所在地", cells.text(200), True, "本社の所在地（都道府県から）"),
    Column("J", "representative_name", "代表者名", cells.text(100), False, ""),
    Column("K", "phone", "電話番号", cells.phone, False, "書式は文字列"),
    Column("L", "email", "メールアドレス", cells.email, False, ""),
    Column("M", "website", "ウェブサイト", cells.website, False, "https://から"),
    Column("N", "established_on", "設立日", cells.date, False, "2001/4/1、平成13年4月1日 など"),
    Column("O", "site_name", "区内事業所名", cells.text(100), False, "本社が区外のとき必須"),
    Column(
        "P",
        "site_postal_code",
        "区内事業所の郵便番号",
        cells.postal_code,
        False,
        "本社が区外のとき必須",
    ),
    Column(
        "Q",
        "site_address",
        "区内事業所の所在地",
        cells.text(200),
        False,
        "本社が区外のとき必須",
    ),
)
SITE_COLUMNS = tuple(column for column in COLUMNS if column.name.startswith("site_"))
_LETTER = {column.name: column.letter for column in COLUMNS}
_LEGAL_FORMS = ("株式会社", "有限会社", "合同会社", "合資会社", "合名会社", "㈱", "㈲")


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row as read: values of the columns that were filled in, errors by column letter."""

    number: int
    values: Mapping[str, Any]
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        return str(self.values.get("name", ""))

    @property
    def messages(self) -> list[str]:
        """「D12：従業員数は0以上の整数で入力してください（いま「二十」）」."""
        return cells.localised(self.errors, self.number)


def read_row(number: int, row: Mapping[str, Cell], ward: Ward) -> ReadRow:
    """Values and errors of one row; `row` maps column letters to cells."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for column in COLUMNS:
        cell = row.get(column.letter, Cell(None))
        if cell.is_blank:
            if column.required:
                errors[column.letter] = _("%(heading)sを入力してください。") % {
                    "heading": column.heading
                }
            continue
        try:
            values[column.name] = cells.read(cell, column.reader)
        except CellError as error:
            errors[column.letter] = _("%(problem)s（いま「%(value)s」）") % {
                "problem": error,
                "value": cell.shown(),
            }
    for letter, message in _across_columns(values, errors, ward).items():
        errors.setdefault(letter, message)
    return ReadRow(number, values, dict(sorted(errors.items())))


def _across_columns(
    values: Mapping[str, Any], errors: Mapping[str, str], ward: Ward
) -> dict[str, str]:
    """What single cells cannot tell: a missing number, an address in no or another ward."""
    found: dict[str, str] = {}
    name = str(values.get("name", ""))
    missing_number = "corporate_number" not in values and "A" not in errors
    if missing_number and any(form in name for form in _LEGAL_FORMS):
        found["A"] = _(
            "法人番号を入力してください（企業名「%(name)s」は法人です）。"
            "空欄にできるのは個人事業主だけです。"
        ) % {"name": name[: cells.SHOWN]}
    found |= _unknown_postal_codes(values)
    site_given = [column for column in SITE_COLUMNS if column.name in values]
    if site_given:
        for column in SITE_COLUMNS:
            if column.name not in values:
                found[column.letter] = _("%(heading)sを入力してください。") % {
                    "heading": column.heading
                }
    found |= _outside_ward(values, ward, site_given=bool(site_given)) if not found else {}
    return found


def _unknown_postal_codes(values: Mapping[str, Any]) -> dict[str, str]:
    return {
        _LETTER[name]: _("この郵便番号は見つかりません（いま「%(code)s」）。")
        % {"code": values[name]}
        for name in ("postal_code", "site_postal_code")
        if name in values and postal.lookup(values[name]) is None
    }


def _outside_ward(values: Mapping[str, Any], ward: Ward, *, site_given: bool) -> dict[str, str]:
    """The firm must have a place in the ward whose register this is."""
    name = "site_postal_code" if site_given else "postal_code"
    place = postal.lookup(values[name]) if name in values else None
    if place is None or place.ward_code == ward.pk:
        return {}
    if site_given:
        message = _("%(ward)sの郵便番号ではありません（いま「%(code)s」）。")
    else:
        message = _(
            "%(ward)sの郵便番号ではありません（いま「%(code)s」）。本社が区外のときは、"
            "O〜Q列に区内の事業所を入力してください。"
        )
    return {_LETTER[name]: message % {"ward": ward.name, "code": values[name]}}
