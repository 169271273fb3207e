"""予約なしで来た方: the form at the desk, and what the ward lets its staff set aside."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from lab.booking.codes import Condition, Purpose
from lab.booking.forms.firm import length_text
from lab.booking.models import Machine
from portal.accounts.models import User
from portal.ui.forms import TextField, UiForm

LENGTHS = (30, 60, 90, 120, 180)


class WalkInForm(UiForm):
    """予約なしで来た方: a visit, with a machine where one is used.

    `is_signed` and `override` are asked for when something is not met: see `ask`.
    """

    name = TextField(label=gettext_lazy("氏名"), max_length=100)
    firm_name = TextField(label=gettext_lazy("企業・所属"), required=False, max_length=200)
    corporate_number = TextField(
        label=gettext_lazy("法人番号"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("設備を使う方は必ず。13桁の数字です。"),
    )
    purpose = forms.ChoiceField(label=gettext_lazy("目的"), choices=Purpose)
    machine = forms.TypedChoiceField(
        label=gettext_lazy("使う設備"), required=False, coerce=int, empty_value=None
    )
    minutes = forms.TypedChoiceField(
        label=gettext_lazy("利用の長さ"),
        coerce=int,
        initial="60",
    )
    supervisor = forms.TypedChoiceField(
        label=gettext_lazy("立ち会う職員"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=gettext_lazy("立会いが必要な設備を使うときに選びます。"),
    )
    is_signed = forms.BooleanField(
        label=gettext_lazy("利用規約を読んで、紙に署名してもらった"), required=False
    )
    override = TextField(
        label=gettext_lazy("職員の判断で認める理由"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("満たしていない条件があっても認めるときだけ。記録に残ります。"),
    )

    def __init__(
        self,
        *args: Any,
        machines: Iterable[Machine],
        supervisors: Iterable[User] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.has_asked = False
        # In the reader's language: they are counted.
        self.offer("minutes", [(str(n), length_text(n)) for n in LENGTHS])
        known = list(machines)
        self.offer(
            "machine",
            [
                ("", gettext_lazy("使わない（見学・相談）")),
                *((str(item.pk), item.name) for item in known),
            ],
        )
        if not any(item.needs_supervisor for item in known):
            del self.fields["supervisor"]
            return
        people = [(str(person.pk), person.name) for person in supervisors]
        self.offer("supervisor", [("", gettext_lazy("選んでください")), *people])

    def ask(self, codes: Iterable[str] = (), *, may_override: bool = False) -> None:
        """Show what is asked for only now: to sign, or why it is let pass. The first call decides; what was
        typed is kept.
        """
        if self.has_asked:
            return
        self.has_asked = True
        wanted = {"is_signed": Condition.AGREEMENT in codes, "override": may_override}
        for name, is_asked in wanted.items():
            if not is_asked and not self.data.get(name):
                del self.fields[name]


class OverridesForm(UiForm):
    """予約なしの利用で、職員の判断で認められる条件."""

    overrides = forms.MultipleChoiceField(
        label=gettext_lazy("職員の判断で認められる条件"),
        required=False,
        choices=Condition,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "予約なしで来た企業が満たしていなくても、職員が理由を書けば利用を認められます。理由は記録に残ります。"
        ),
    )
