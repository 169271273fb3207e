"""The form of one expense of the completion report: what was paid, and the steps in their order."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from subsidies.forms import LenientForm, answer_field, typed
from subsidies.grants.models import FilingDocument
from subsidies.grants.rules.evidence import PAPERS, methods, names
from subsidies.grants.rules.spent import SpentLine


@dataclass(frozen=True, slots=True)
class Group:
    """A part of the page: its fields, the file it asks for and the files it has."""

    title: str
    fields: list[Any]
    step: str = ""
    wanted: bool = False
    documents: tuple[FilingDocument, ...] = ()


def line_form(line: SpentLine) -> LenientForm:
    """All fields of a line with what was typed."""
    found = names()
    fields: dict[str, Any] = {
        "bought": _field("choice", _("この経費を支払いましたか"), choices=_bought()),
        "vendor": _field("text", _("発注先"), limit=120),
        "quantity": _field("number", _("数量")),
        "net_yen": _field("yen", _("支払った額（税抜）"), _("値引きの後の額です。")),
        "tax_yen": _field("yen", _("消費税額"), _("空欄のときは税率から計算します。")),
        **{
            f"{step}_on": _field("date", _("%(step)sの日") % {"step": name})
            for step, name in found.items()
        },
        "invoice_yen": _field("yen", _("請求書の額（税込）")),
        "issuer": _field("text", _("請求書の発行者"), limit=120),
        "addressee": _field("text", _("請求書の宛名"), limit=120),
        "method": _field("choice", _("支払方法"), choices=list(methods().items())),
        "paid_yen": _field("yen", _("支払った額（税込）")),
        "used_from": _field(
            "date", _("利用期間の始まり"), _("月額・年額のサービスだけ入力します。")
        ),
        "used_to": _field("date", _("利用期間の終わり")),
        "place": _field("text", _("設置場所"), _("単価の高い機器は台帳に載せます。"), limit=120),
        "explanation": _field(
            "longtext", _("説明"), _("日付・額・名前が合わない理由があれば書きます。"), limit=400
        ),
    }
    form_class = type("SpentForm", (LenientForm,), fields)
    found_data = {name: value or "" for name, value in typed(line.typed).items()}
    found_data["bought"] = found_data["bought"] or "yes"
    return form_class(data=found_data)


def groups(
    form: LenientForm,
    documents: list[FilingDocument],
    *,
    request_needed: bool,
    is_quoted: bool = False,
) -> list[Group]:
    """The form in the order of the chain. `is_quoted`: the application has this line's quote."""
    asked = set(names()) if form["bought"].value() != "no" else set()
    asked -= {"request"} if not request_needed else set()
    asked -= {"quote"} if is_quoted else set()
    _mark_needed(form, asked)
    more = {
        "invoice": ("invoice_yen", "issuer", "addressee"),
        "payment": ("method", "paid_yen"),
    }
    steps = [
        Group(
            title=name,
            fields=[form[f"{step}_on"], *(form[field] for field in more.get(step, ()))],
            step=step,
            wanted=step in asked and (step in PAPERS or step == "request"),
            documents=tuple(row for row in documents if row.requirement == step),
        )
        for step, name in names().items()
    ]
    first = ("bought", "vendor", "quantity", "net_yen", "tax_yen")
    last = ("used_from", "used_to", "place", "explanation")
    return [
        Group(_("支払った額"), [form[name] for name in first]),
        *steps,
        Group(_("そのほか"), [form[name] for name in last]),
    ]


def _mark_needed(form: LenientForm, asked: Collection[str]) -> None:
    """What a report is not submitted without; it is saved without any of it."""
    needed = {"bought", *(f"{step}_on" for step in asked)}
    if asked:
        needed |= {"net_yen", "invoice_yen", "method", "paid_yen"}
    for name in needed:
        form.fields[name].is_needed = True


def _bought() -> list[tuple[str, str]]:
    return [("yes", _("はい")), ("no", _("いいえ（買わなかった・取りやめた）"))]


def _field(kind: Any, label: str, hint: str = "", **more: Any) -> Any:
    return answer_field(kind, label=label, help_text=hint, required=False, **more)
