"""The editor's pages of values: money, dates, quotes, texts, 様式, notices."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.ui.forms import TextField, UiForm, WholeNumberField, YenField
from subsidies.office.base_forms import (
    LinesField,
    MonthDayField,
    PartForm,
    PercentField,
    RateField,
)
from subsidies.rules.mails import COMMON, EVENTS, MORE, Event, unknown
from subsidies.rules.scheme import (
    ASSET_UNIT_YEN,
    RETENTION_CLASS,
    STANDARD_FORMS,
    RecoveryRule,
    papers,
)
from subsidies.rules.scheme.checks import mail_refusal

_TAX = (("excluded", _("税抜の金額で計算する")), ("included", _("税込の金額で計算する")))


class MoneyForm(PartForm):
    """補助率・上限・端数."""

    rate = RateField(label=_("補助率"))
    cap_yen = YenField(label=_("上限額"))
    floor_yen = YenField(label=_("下限額"), required=False, help_text=_("なければ空欄。"))
    tax_mode = forms.ChoiceField(label=_("消費税"), choices=_TAX, widget=forms.RadioSelect)
    round_unit_yen = forms.TypedChoiceField(
        label=_("切捨ての単位"),
        choices=((1, _("1円")), (100, _("百円")), (1000, _("千円")), (10000, _("1万円"))),
        coerce=int,
        widget=forms.RadioSelect,
    )
    round_point = forms.ChoiceField(
        label=_("切り捨てるところ"),
        choices=(("total", _("合計で1回")), ("category", _("経費区分ごと"))),
        widget=forms.RadioSelect,
    )
    used_goods = forms.ChoiceField(
        label=_("中古品"),
        choices=(("allowed", _("対象にする")), ("excluded", _("対象にしない"))),
        widget=forms.RadioSelect,
    )

    def read(self, rules: Mapping[str, Any]) -> dict[str, Any]:
        usual = {
            "floor_yen": 0,
            "round_unit_yen": 1000,
            "round_point": "total",
            "used_goods": "allowed",
        }
        return {**usual, **rules}

    def values(self) -> dict[str, Any]:
        return {**self.cleaned_data, "floor_yen": self.cleaned_data["floor_yen"] or 0}


class DeadlinesForm(PartForm):
    """期限と保存年限."""

    review_days = WholeNumberField(label=_("審査の目安"), suffix=_("日"))
    correction_days = WholeNumberField(label=_("補正の期間"), suffix=_("日"))
    withdrawal_days = WholeNumberField(label=_("交付決定後に取り下げられる期間"), suffix=_("日"))
    arrival_days = WholeNumberField(
        label=_("通知書が届いたとみなすまで"),
        suffix=_("日"),
        help_text=_(
            "紙で送るときなど。取り下げられる期間は、この日数のあとから数えます。"
            "ポータルに掲載した日に届いたとするときは0。"
        ),
    )
    report_days = WholeNumberField(label=_("実績報告（事業の終わりから）"), suffix=_("日"))
    report_latest = MonthDayField(
        label=_("実績報告の最終日"),
        required=False,
        help_text=_("年度の中で決まった日があるとき。例：3月13日"),
    )
    claim_days = WholeNumberField(label=_("請求（額の確定から）"), suffix=_("日"))
    minor_change_percent = WholeNumberField(
        label=_("承認の要らない軽微な変更（経費に対する割合）"), suffix=_("%")
    )
    follow_up_years = WholeNumberField(label=_("効果報告を求める年数"), suffix=_("年"))
    follow_up_by = MonthDayField(label=_("効果報告の毎年の期限"))
    tax_credit_by = MonthDayField(
        label=_("仕入控除税額の報告の期限"),
        help_text=_("税込で計算する制度で、事業の年度の翌々年度の何日までか。"),
    )
    hearing_days = WholeNumberField(
        label=_("取消の前の弁明の期間"), suffix=_("日以上"), min_value=1
    )
    retention_years = WholeNumberField(label=_("書類を保存する年数"), suffix=_("年"))
    retention_class = TextField(label=_("保存年限の区分"), max_length=40)

    def read(self, rules: Mapping[str, Any]) -> dict[str, Any]:
        usual = {
            "review_days": 14,
            "correction_days": 14,
            "withdrawal_days": 15,
            "report_days": 30,
            "claim_days": 30,
            "minor_change_percent": 20,
            "follow_up_years": 5,
            "follow_up_by": "06-30",
            "arrival_days": 0,
            "tax_credit_by": "06-30",
            "hearing_days": 7,
            "retention_years": 5,
            "retention_class": RETENTION_CLASS,
        }
        return {**usual, **rules}


class ReapplyForm(PartForm):
    """再受給の制限."""

    once = forms.BooleanField(label=_("1回しか受けられない"), required=False)
    fiscal_years = WholeNumberField(
        label=_("交付を受けた年度の後、申請できない年度の数"), required=False, suffix=_("年度")
    )
    years = WholeNumberField(
        label=_("交付決定の日から、申請できない年数"), required=False, suffix=_("年")
    )
    scope = forms.ChoiceField(
        label=_("どの交付を数えるか"),
        choices=(("scheme", _("同じ制度の交付だけ")), ("ward", _("区のすべての制度の交付"))),
        widget=forms.RadioSelect,
    )

    def read(self, rules: Mapping[str, Any]) -> dict[str, Any]:
        return {"scope": "scheme", **(rules.get("reapply") or {})}

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        bar = {
            "once": given["once"],
            "fiscal_years": given["fiscal_years"] or 0,
            "years": given["years"] or 0,
        }
        return {"reapply": {**bar, "scope": given["scope"]} if any(bar.values()) else None}


class PaymentForm(PartForm):
    """支払・返還・財産: advances, what is charged on money given back, what becomes an asset."""

    advance_payment = forms.BooleanField(label=_("概算払を認める"), required=False)
    advance_percent = WholeNumberField(
        label=_("概算払の上限（交付決定額に対する割合）"),
        suffix=_("%"),
        min_value=1,
        max_value=100,
        required=False,
        help_text=_("概算払を認めるとき。決めないときは空欄（100%）。"),
    )
    asset_unit_yen = YenField(
        label=_("財産の台帳に載せる単価（税抜）"),
        min_value=1,
        help_text=_("この額以上のものは、処分するときに区の承認が要ります。"),
    )
    surcharge_rate = PercentField(
        label=_("違約加算金の率（年）"),
        help_text=_("交付決定を取り消したとき、受け取った日から返す日まで。例：10.95"),
    )
    late_rate = PercentField(
        label=_("延滞金の率（年）"), help_text=_("返還の期限の翌日から返す日まで。例：10.95")
    )
    least_yen = YenField(
        label=_("加算しない額"), help_text=_("計算した額がこれに満たないときは、加算しません。")
    )
    unit_yen = YenField(label=_("加算する額の切捨ての単位"), min_value=1)
    pay_days = WholeNumberField(label=_("返還の期限（返還命令から）"), suffix=_("日"), min_value=1)
    revoke_after_final = forms.BooleanField(
        label=_("額の確定のあとも、交付決定を取り消せる"), required=False
    )

    def read(self, rules: Mapping[str, Any]) -> dict[str, Any]:
        usual = {
            "advance_percent": 100,
            "asset_unit_yen": ASSET_UNIT_YEN,
            "revoke_after_final": True,
        }
        return {**usual, **asdict(RecoveryRule()), **rules, **(rules.get("recovery") or {})}

    def values(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        recovery = {item.name: given.pop(item.name) for item in fields(RecoveryRule)}
        return {**given, "advance_percent": given["advance_percent"] or 100, "recovery": recovery}


class TextsForm(PartForm):
    """交付要綱・補助条件・教示文."""

    guideline = TextField(label=_("交付要綱の名前"), max_length=200, required=False)
    preparation = LinesField(label=_("申請の前に確認すること"), required=False)
    conditions = LinesField(
        label=_("補助条件（交付決定通知書に載せるもの）"), required=False, rows=10
    )
    appeal_on = forms.BooleanField(label=_("通知書に教示文を付ける"), required=False)
    appeal_text = TextField(label=_("教示文"), multiline=True, required=False, max_length=1000)
    office_checks = LinesField(
        label=_("書類点検表に区が加える項目"),
        required=False,
        help_text=_("1行に1つ。例：暴力団排除について警察に照会した"),
    )
    unconfirmed = LinesField(
        label=_("まだ確かめていないこと"),
        required=False,
        help_text=_("職員の画面にだけ表示します。確かめたら消してください。"),
    )

    def read(self, rules: Mapping[str, Any]) -> dict[str, Any]:
        return {**rules, "appeal_on": rules.get("appeal_on", bool(rules.get("appeal_text")))}


class _PapersForm(PartForm):
    """様式番号 and 名前 of every kind of paper; left as usual they are not saved."""

    def read(self, rules: Mapping[str, Any]) -> dict[str, Any]:
        own = papers.numbered(rules)
        found = {}
        for kind, usual in STANDARD_FORMS.items():
            form = own.get(kind) or {"number": usual.number, "title": usual.title}
            found |= {f"{kind}__number": form["number"], f"{kind}__title": form["title"]}
            if kind in papers.MAY_GO_WITHOUT_NUMBER:
                found[f"{kind}__numbered"] = form.get("numbered", True)
        return found

    def values(self) -> dict[str, Any]:
        own = {}
        for kind, usual in STANDARD_FORMS.items():
            number = self.cleaned_data[f"{kind}__number"]
            title = self.cleaned_data[f"{kind}__title"] or usual.title
            numbered = self.cleaned_data.get(f"{kind}__numbered", True)
            if (number, title, numbered) != (usual.number, usual.title, True):
                own[kind] = {"number": number, "title": title}
                if not numbered:
                    own[kind]["numbered"] = False
        return {**dict.fromkeys(papers.FORMER_KEYS, ""), "forms": own}


def _paper_fields() -> dict[str, forms.Field]:
    found: dict[str, forms.Field] = {}
    for kind, usual in STANDARD_FORMS.items():
        for name, what, most in (("number", _("様式番号"), 40), ("title", _("名前"), 60)):
            found[f"{kind}__{name}"] = TextField(
                label=_labelled(usual.title, what), required=False, max_length=most
            )
        if kind in papers.MAY_GO_WITHOUT_NUMBER:
            found[f"{kind}__numbered"] = forms.BooleanField(
                label=_labelled(usual.title, _("文書番号を付ける")), required=False
            )
    return found


def _labelled(name: Any, what: Any) -> Any:
    return format_lazy("{name} — {what}", name=name, what=what)


PapersForm = type("PapersForm", (_PapersForm,), _paper_fields())


class _MailsForm(PartForm):
    """The scheme's own words for what firms are told."""

    # As they are typed, with what stands there.
    placeholders = {f"{{{name}}}": what for name, what in {**COMMON, **MORE}.items()}

    def read(self, rules: Mapping[str, Any]) -> dict[str, Any]:
        own = rules.get("mails") or {}
        return {
            f"{event}__{name}": (own.get(event) or {}).get(name, "")
            for event in EVENTS
            for name in ("subject", "body", "optional")
            if f"{event}__{name}" in self.base_fields
        }

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        for event in EVENTS:
            subject, body = given.get(f"{event}__subject"), given.get(f"{event}__body")
            if bool(subject) != bool(body):
                missing = "body" if subject else "subject"
                text = gettext("件名と本文は、両方入力するか、両方空欄にしてください。")
                self.add_error(f"{event}__{missing}", text)
            self._check_names(event, given)
        return given

    def _check_names(self, event: str, given: Mapping[str, Any]) -> None:
        """Unknown placeholders, at the field in which they stand."""
        allowed = EVENTS[event].placeholders
        for name in ("subject", "body"):
            if found := unknown(given.get(f"{event}__{name}") or "", allowed):
                self.add_error(f"{event}__{name}", mail_refusal(found, allowed))

    def values(self) -> dict[str, Any]:
        mails = {}
        for event in EVENTS:
            subject = self.cleaned_data[f"{event}__subject"]
            if subject:
                mails[event] = {
                    "subject": subject,
                    "body": self.cleaned_data[f"{event}__body"],
                    "optional": self.cleaned_data.get(f"{event}__optional", False),
                }
        return {"mails": mails}


def _names(told: Event) -> Any:
    """The placeholders of a text, and whether one may opt out of it."""
    names = " ".join(f"{{{name}}}" for name in told.placeholders)
    hint = format_lazy(_("差込み：{names}"), names=names)
    if not told.is_needed:
        return hint
    return format_lazy(
        "{hint} {note}",
        hint=hint,
        note=_("手続に必要なお知らせのため、企業は受け取らないことを選べません。"),
    )


def _mail_fields() -> dict[str, forms.Field]:
    found: dict[str, forms.Field] = {}
    for event, told in EVENTS.items():
        name = told.name
        found[f"{event}__subject"] = TextField(
            label=_labelled(name, _("件名")), required=False, max_length=100
        )
        found[f"{event}__body"] = TextField(
            label=_labelled(name, _("本文")),
            required=False,
            multiline=True,
            rows=4,
            max_length=1000,
            help_text=_names(told),
        )
        if not told.is_needed:
            found[f"{event}__optional"] = forms.BooleanField(
                label=_labelled(name, _("企業が、受け取らないことを選べる")), required=False
            )
    return found


MailsForm = type("MailsForm", (_MailsForm,), _mail_fields())


class ProposeForm(UiForm):
    """決裁に回す, with what the revision is about."""

    note = TextField(
        label=_("改正の要旨"),
        help_text=_("何を、なぜ変えるか。決裁する人と、のちの監査が読みます。"),
        multiline=True,
        rows=4,
        max_length=1000,
    )
