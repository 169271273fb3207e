from django import forms
from django.utils.translation import gettext_lazy as _

from kpi.effect.models import Evaluation, Question
from kpi.effect.services.bundles import LEAST_REASON
from portal.ui.forms import UiForm


class StartForm(UiForm):
    """What is to be evaluated."""

    question = forms.ChoiceField(label=_("問い"), choices=Question)
    letter = forms.ChoiceField(
        label=_("付加価値額の計算式"),
        choices=Evaluation.Letter,
        initial=Evaluation.Letter.A,
        required=False,
        help_text=_("補助金の問いで使います。2-KGIはAです。"),
    )


class BundleForm(UiForm):
    """Who gets the data, and what for."""

    reason = forms.CharField(
        label=_("渡す相手と目的"),
        widget=forms.Textarea(attrs={"rows": 3}),
        min_length=LEAST_REASON,
        max_length=300,
        help_text=_("記録に残ります。例：○○大学○○研究室。効果の再現と追加の分析のため。"),
        error_messages={
            "required": _("渡す相手と目的を、10字以上で入力してください。"),
            "min_length": _("渡す相手と目的を、10字以上で入力してください。"),
        },
    )
