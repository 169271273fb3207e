"""Forms of calls and their budgets."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.kernel import clock
from portal.ui.forms import DateField, TextField, UiForm, WholeNumberField, YenField
from subsidies.models import Call


class CallForm(UiForm):
    """公募: dates and mode; the days begin and end in Asia/Tokyo."""

    fiscal_year = WholeNumberField(label=_("年度（西暦）"), help_text=_("例：2026（令和8年度）"))
    round = WholeNumberField(
        label=_("回"), help_text=_("年度の中で何回目の公募か。"), min_value=1, max_value=99
    )
    mode = forms.ChoiceField(
        label=_("受付方法"), choices=Call.Mode.choices, widget=forms.RadioSelect
    )
    opens_on = DateField(label=_("受付を始める日"), help_text=_("午前9時に始まります。"))
    closes_on = DateField(label=_("受付を終える日"), help_text=_("この日の午後5時より前まで。"))
    project_ends_on = DateField(label=_("事業の期限"), help_text=_("納品と支払いを終える日。"))
    contact = TextField(label=_("問合せ先"), max_length=200)
    budget_line = TextField(
        label=_("予算科目"),
        required=False,
        help_text=_("例：一般会計 産業経済費 商工費 18節。支出負担行為のデータに載ります。"),
        max_length=120,
    )

    def clean_fiscal_year(self) -> int:
        year: int = self.cleaned_data["fiscal_year"]
        this = clock.fiscal_year(clock.today())
        if not this - 1 <= year <= this + 2:
            raise forms.ValidationError(
                gettext("年度は%(first)dから%(last)dまでで入力してください。")
                % {"first": this - 1, "last": this + 2}
            )
        return year


class BudgetForm(UiForm):
    """予算と修了者の枠."""

    budget_yen = YenField(label=_("予算額"))
    reserved_yen = YenField(
        label=_("うち修了者の枠"),
        required=False,
        help_text=_("先着順の公募だけ。DX道場の修了者のために残しておく額です。なければ空欄。"),
    )


class BudgetChangeForm(BudgetForm):
    """The same, with the reason of the change."""

    reason = TextField(
        label=_("変更の理由"),
        help_text=_("例：補正予算の議決、他の公募からの流用"),
        multiline=True,
        rows=3,
        max_length=500,
    )


class CallEditForm(CallForm):
    """The same for a call that exists, with the reason of the change."""

    reason = TextField(label=_("変更の理由"), multiline=True, rows=3, max_length=500)
