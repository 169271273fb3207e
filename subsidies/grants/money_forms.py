"""Forms of inspection, account, payment, hearing, revocation and recovery."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.kernel import clock
from portal.ui.forms import DateField, TextField, UiForm, YenField
from subsidies.forms import LenientForm, typed
from subsidies.grants.kinds.revocation import GROUNDS
from subsidies.grants.models import ClaimAccount, Inspection
from subsidies.grants.rules.inspection import ITEMS, NOT_OK, OK

VERDICTS = [(OK, _("適")), (NOT_OK, _("不適"))]


def inspection_form(
    lines: Iterable[Mapping[str, Any]], saved: Inspection | None, data: Any = None
) -> UiForm:
    """検査の結果: how and when, each item, what is cut of each line, findings."""
    fields: dict[str, forms.Field] = {
        "method": forms.ChoiceField(
            label=_("検査の方法"), choices=Inspection.Method.choices, widget=forms.RadioSelect
        ),
        "inspected_on": DateField(label=_("検査日")),
    }
    for item in ITEMS:
        fields[f"verdict-{item.code}"] = forms.ChoiceField(
            label=item.name,
            help_text=item.hint,
            choices=VERDICTS,
            widget=forms.RadioSelect,
            required=False,
        )
        fields[f"note-{item.code}"] = TextField(
            label=gettext("所見：%(name)s") % {"name": item.name}, required=False, max_length=400
        )
    for line in lines:
        fields |= _cut_fields(line["key"], line["description"])
    fields["findings"] = TextField(
        label=_("全体の所見（区の中だけで読みます）"),
        multiline=True,
        rows=3,
        required=False,
        max_length=2000,
    )
    return type("InspectionForm", (UiForm,), fields)(data, initial=_stored(saved))


def _cut_fields(key: str, name: str) -> dict[str, forms.Field]:
    return {
        f"net-{key}": YenField(
            label=gettext("減額（税抜）：%(name)s") % {"name": name}, required=False
        ),
        f"tax-{key}": YenField(
            label=gettext("減額（消費税）：%(name)s") % {"name": name}, required=False
        ),
        f"reason-{key}": TextField(
            label=gettext("減額する理由：%(name)s") % {"name": name},
            help_text=_("通知書に記載されます。"),
            required=False,
            max_length=400,
        ),
    }


def _stored(saved: Inspection | None) -> dict[str, Any]:
    if saved is None:
        return {"inspected_on": clock.today(), "method": Inspection.Method.PAPERS}
    first: dict[str, Any] = {
        "method": saved.method,
        "inspected_on": saved.inspected_on,
        "findings": saved.findings,
    }
    for code, entry in saved.verdicts.items():
        first[f"verdict-{code}"], first[f"note-{code}"] = entry["verdict"], entry["note"]
    for key, cut in saved.cuts.items():
        first[f"net-{key}"], first[f"tax-{key}"] = cut["net_yen"], cut["tax_yen"]
        first[f"reason-{key}"] = cut["reason"]
    return first


class ReasonForm(UiForm):
    """起案の理由."""

    reason = TextField(
        label=_("起案の理由"),
        help_text=_("通知書に記載されます。"),
        multiline=True,
        rows=3,
        max_length=2000,
    )


class AccountForm(LenientForm):
    """振込先の口座 as typed; the number is never shown again."""

    bank_name = TextField(label=_("金融機関名"))
    bank_code = TextField(
        label=_("金融機関コード"), help_text=_("4桁。通帳かキャッシュカードで確かめます。")
    )
    branch_name = TextField(label=_("支店名"))
    branch_code = TextField(label=_("支店コード"), help_text=_("3桁"))
    kind = forms.ChoiceField(
        label=_("預金の種類"), choices=ClaimAccount.Kind.choices, widget=forms.RadioSelect
    )
    number = TextField(label=_("口座番号"), help_text=_("7桁。ゆうちょ銀行は振込用の番号です。"))
    holder = TextField(
        label=_("口座名義（カナ）"),
        help_text=_("通帳のとおりに入力します。例：カ）スミダセイサクショ"),
    )
    explanation = TextField(
        label=_("名義が企業名と違う理由"),
        help_text=_("個人事業主で代表者名の口座を使うときなど"),
        required=False,
        multiline=True,
        rows=2,
    )

    @classmethod
    def of(
        cls, account: ClaimAccount | None, data: Mapping[str, Any] | None = None
    ) -> "AccountForm":
        """What was typed, else what is stored, without the number."""
        if data is not None:
            return cls(data=typed({name: data.get(name, "") for name in cls.base_fields}))
        names = [name for name in cls.base_fields if name != "number"]
        stored = {name: getattr(account, name) for name in names} if account else {}
        form = cls(data={"kind": ClaimAccount.Kind.ORDINARY, **stored})
        if account:
            form.fields["number"].help_text = gettext(
                "保存済みの番号は表示しません（末尾 %(last)s）。変えるときだけ入力します。"
            ) % {"last": account.number[-4:]}
            form.fields["number"].required = False
        return form


class PaidOnForm(UiForm):
    """支払日, and why so late."""

    paid_on = DateField(label=_("支払日"))
    late_reason = TextField(
        label=_("過年度支出の理由"),
        help_text=_("出納閉鎖（年度の翌年の5月31日）より後に支払ったときだけ入力します。"),
        required=False,
        max_length=400,
    )


class HearingForm(UiForm):
    """弁明の機会の通知: grounds, facts, the day."""

    grounds = forms.MultipleChoiceField(
        label=_("取消の事由"),
        choices=list(GROUNDS.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    facts = TextField(
        label=_("原因となる事実"),
        help_text=_("いつ・どこで・何があったかを書きます。企業に届きます。"),
        multiline=True,
        max_length=4000,
    )
    due_on = DateField(label=_("弁明の期日"))


class StatementForm(UiForm):
    """弁明書."""

    statement = TextField(
        label=_("弁明の内容"),
        help_text=_("区が示した事実と違うところや、事情を書いてください。提出した後は直せません。"),
        multiline=True,
        rows=8,
        max_length=4000,
    )


class CloseForm(UiForm):
    """弁明なしで終える."""

    reason = TextField(label=_("弁明なしで終える理由"), multiline=True, rows=2, max_length=1000)


class RevocationForm(UiForm):
    """取消の起案."""

    kept_yen = YenField(
        label=_("取消後に残る額"), help_text=_("全部を取り消すときは0を入力します。")
    )
    reason = TextField(
        label=_("起案の理由"),
        help_text=_("通知書に記載されます。"),
        multiline=True,
        max_length=2000,
    )


class RecoveryForm(UiForm):
    """返還命令の起案."""

    principal_yen = YenField(label=_("返還する額"))
    surcharged = forms.BooleanField(
        label=_("違約加算金を付ける（取消による返還のとき）"), required=False, initial=True
    )
    reason = TextField(
        label=_("起案の理由"),
        help_text=_("命令書に記載されます。"),
        multiline=True,
        max_length=2000,
    )


class ReturnedForm(UiForm):
    """返納の記録."""

    yen = YenField(label=_("納付額"))
    paid_on = DateField(label=_("納付日"))
