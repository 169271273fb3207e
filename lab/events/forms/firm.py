"""Forms of a firm: registering, asking for a showcase slot."""

from django import forms
from django.utils.translation import gettext_lazy

from lab.events.codes import Kind
from lab.events.services.showcase import Offer
from portal.ui.forms import TextField, UiForm
from programs.selectors import ward_names


class SearchForm(UiForm):
    """Which events are listed."""

    ward = forms.ChoiceField(label=gettext_lazy("開催する区"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("種類"),
        required=False,
        choices=[("", gettext_lazy("すべての種類")), *Kind.choices],
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        wards = [(str(code), name) for code, name in ward_names().items()]
        self.fields["ward"].choices = [("", gettext_lazy("すべての区")), *wards]


class RegisterForm(UiForm):
    """申し込む."""

    wish = TextField(
        label=gettext_lazy("聞きたいこと・試したいこと"),
        required=False,
        multiline=True,
        rows=3,
        max_length=300,
        help_text=gettext_lazy("講師とラボの職員が読みます。当日の内容に生かします。"),
    )


class OfferForm(UiForm):
    """出展する vendor and product."""

    vendor = TextField(label=gettext_lazy("出展者の名前"), max_length=100)
    product = TextField(label=gettext_lazy("見せるもの"), max_length=100)
    summary = TextField(
        label=gettext_lazy("来場者が試せること"),
        multiline=True,
        rows=3,
        max_length=300,
        help_text=gettext_lazy("催しのページに、出展者の名前と一緒に載ります。"),
    )
    contact_name = TextField(label=gettext_lazy("担当者の氏名"), max_length=100)
    contact = TextField(
        label=gettext_lazy("連絡先（電話かメール）"),
        max_length=200,
        help_text=gettext_lazy("ラボの職員だけが見ます。"),
    )
    conflict = TextField(
        label=gettext_lazy("区・ラボ・相談員との関係"),
        required=False,
        multiline=True,
        rows=2,
        max_length=300,
        help_text=gettext_lazy(
            "取引、資本、役員の兼務などがあれば書いてください。あっても出展できることがあります。なければ空欄にします。"
        ),
    )

    @property
    def offer(self) -> Offer:
        """For the services."""
        return Offer(**{name: self.cleaned_data[name] for name in Offer.__slots__})
