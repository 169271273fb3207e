"""The fields of the quotes page: one form for each quote, one for what is said of the line.

Names and ids are the anchors of `subsidies.rules.quote_checks`: quotes.<line>.<quote>.<field>.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from subsidies.forms import LenientForm, answer_field, typed
from subsidies.rules import expenses, quotes
from subsidies.rules.amount import ExpenseItem
from subsidies.rules.quotes import LONGEST_REASON, LONGEST_VENDOR, Need
from subsidies.rules.scheme import SchemeRules

# What one quote for a small sum rarely needs: folded away until something is there.
RARE = ("corporate_number", "requested_on", "is_related")


class AnchoredForm(LenientForm):
    """Fields whose names are anchors."""

    def __init__(self, fields: Mapping[str, forms.Field], anchor: str, data: Mapping[str, Any]):
        self.anchor = anchor
        self.base_fields = dict(fields)
        named = {f"{anchor}.{name}": value for name, value in typed(data).items()}
        super().__init__(data=named, auto_id="%s")

    def add_prefix(self, field_name: str) -> str:
        return f"{self.anchor}.{field_name}"


@dataclass(frozen=True, slots=True)
class QuotePart:
    """One quote on the page. `name` is that of the evidence file it has, "" without."""

    number: int
    form: LenientForm
    name: str
    is_chosen: bool
    is_folded: bool
    is_new: bool

    @property
    def anchor(self) -> str:
        return str(getattr(self.form, "anchor", ""))

    @property
    def asked(self) -> list[Any]:
        """The fields that always show."""
        return [self.form[name] for name in ("vendor", "quoted_on", "amount")]

    @property
    def more(self) -> list[Any]:
        return [self.form[name] for name in RARE if name != "is_related"]

    @property
    def related(self) -> Any:
        return self.form["is_related"]

    @property
    def papers(self) -> list[Any]:
        return [self.form[name] for name in ("document", "file") if name in self.form.fields]


@dataclass(frozen=True, slots=True)
class Card:
    """One line with its quotes."""

    place: int
    title: str
    item: ExpenseItem | None
    need: Need | None
    quotes: tuple[QuotePart, ...]
    form: LenientForm
    error: str
    choice_error: str
    asks_choice: bool
    asks_single: bool
    is_full: bool

    @property
    def anchor(self) -> str:
        return f"quotes.{self.place}"


def card(
    rules: SchemeRules,
    place: int,
    line: Mapping[str, Any],
    *,
    errors: Mapping[str, str],
    files: Sequence[tuple[str, str]],
    more: bool = False,
) -> Card:
    """A line with the quotes typed so far, and empty ones up to the number it needs. `files`: key
    and name of the evidence that is there."""
    assert rules.quotes is not None
    items = expenses.read_lines(rules, [line]).items
    item = items[0] if items else None
    need = quotes.need(rules.quotes, item) if item else None
    given = quotes.typed_of(line)
    total = min(max(len(given) + more, need.count if need else 1), quotes.MOST_QUOTES)
    parts = [
        _part(
            f"quotes.{place}",
            number,
            given[number] if number < len(given) else {},
            errors=errors,
            files=files,
            alone=item if total == 1 else None,
            may_fold=total == 1 and need is not None and not need.is_strict,
            is_new=number >= len(given),
        )
        for number in range(total)
    ]
    anchor = f"quotes.{place}"
    return Card(
        place=place,
        title=str(line.get("description") or ""),
        item=item,
        need=need,
        quotes=tuple(parts),
        form=_line_form(anchor, line, errors),
        error=errors.get(anchor, ""),
        choice_error=errors.get(f"{anchor}.is_chosen", ""),
        asks_choice=total > 1,
        asks_single=bool(need and need.count > 1 and len(given) < need.count)
        or bool(line.get("single_reason")),
        is_full=len(given) >= quotes.MOST_QUOTES,
    )


def _part(
    line: str,
    number: int,
    given: Mapping[str, Any],
    *,
    errors: Mapping[str, str],
    files: Sequence[tuple[str, str]],
    alone: ExpenseItem | None,
    may_fold: bool,
    is_new: bool,
) -> QuotePart:
    anchor = f"{line}.{number}"
    shown = {name: given.get(name, "") for name in quotes.FIELDS}
    if alone and "amount" not in given:
        # One quote for a line says what the line says.
        shown["amount"] = alone.net_yen
    form = AnchoredForm(_fields(files), anchor, shown)
    wrong = {name for name in quotes.FIELDS if f"{anchor}.{name}" in errors}
    for name in wrong & form.fields.keys():
        form.add_error(name, errors[f"{anchor}.{name}"])
    if "document" in wrong and "document" not in form.fields:
        form.add_error("file", errors[f"{anchor}.document"])
    return QuotePart(
        number=number,
        form=form,
        name=dict(files).get(str(shown["document"]), ""),
        is_chosen=bool(given.get("is_chosen")),
        is_folded=may_fold and not any(given.get(name) or name in wrong for name in RARE),
        is_new=is_new,
    )


def _fields(files: Sequence[tuple[str, str]]) -> dict[str, forms.Field]:
    found: dict[str, Any] = {
        "vendor": _field("text", _("見積りを出した会社"), needed=True, limit=LONGEST_VENDOR),
        "quoted_on": _field(
            "date", _("見積書の日付"), _("例：2026年11月21日、令和8年11月21日"), needed=True
        ),
        "amount": _field("yen", _("この経費の見積額（税抜）"), needed=True),
        "corporate_number": _field("text", _("会社の法人番号"), _("分かるときだけ。13桁です。")),
        "requested_on": _field("date", _("見積りを頼んだ日"), _("見積書の日付より前の日です。")),
        "is_related": forms.BooleanField(
            label=_("貴社や、ほかの見積りの会社と、資本や役員の関係がある会社です"), required=False
        ),
    }
    if files:
        choices = [("", _("選んでください")), *files]
        found["document"] = forms.ChoiceField(
            label=_("見積書のファイル（送ったものから選ぶ）"), choices=choices
        )
    found["file"] = forms.FileField(
        label=_("新しい見積書のファイル") if files else _("見積書のファイル"),
        help_text=_("PDF・写真など、1つ20MBまで"),
        # Either an older file is chosen or a new one sent; nothing here refuses to be saved.
        required=not files,
    )
    return found


def _line_form(anchor: str, line: Mapping[str, Any], errors: Mapping[str, str]) -> LenientForm:
    found = {
        "choice_reason": _field(
            "longtext",
            _("最も安い会社を選ばないときの理由"),
            _("例：いまの機械とつながるのはこの製品だけ。"),
            limit=LONGEST_REASON,
        ),
        "single_reason": _field(
            "longtext",
            _("見積りの数が足りないときの理由（見積限定の理由）"),
            _("例：この機械の製造元だけが扱う部品のため。"),
            limit=LONGEST_REASON,
        ),
    }
    form = AnchoredForm(found, anchor, {name: line.get(name, "") for name in found})
    for name in found:
        if text := errors.get(f"{anchor}.{name}"):
            form.add_error(name, text)
    return form


def _field(kind: Any, label: str, hint: str = "", *, needed: bool = False, **more: Any) -> Any:
    return answer_field(kind, label=label, help_text=hint, required=needed, **more)
