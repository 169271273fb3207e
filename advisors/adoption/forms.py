"""Forms of the room: a tool, a week, a table, a review, the end of a use."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from advisors import codes as advisors_codes
from advisors.adoption import codes, words
from advisors.adoption.models import Review, Tool, WeekFigures
from advisors.adoption.rules.entry import MOST, Entry
from advisors.adoption.services import Profile, Told
from advisors.adoption.services.tools import MOST_KEY_USERS, MOST_PEOPLE
from portal.ui.forms import DateField, TextField, UiForm, WholeNumberField

MOST_TABLE = 60_000
ENCODINGS = ("utf-8-sig", "cp932", "utf-16")


class ToolForm(UiForm):
    """導入したツール. `recount` is there where weeks are recorded already."""

    name = TextField(
        label=gettext_lazy("ツールの名前"),
        help_text=gettext_lazy("例：生産管理クラウド（組立課）"),
        max_length=80,
    )
    vendor = TextField(label=gettext_lazy("提供する会社"), max_length=80, required=False)
    work = TextField(
        label=gettext_lazy("対象の業務"),
        help_text=gettext_lazy("このツールで何をするか。例：日報の記入と月末の集計"),
        max_length=200,
    )
    started_on = DateField(label=gettext_lazy("利用開始日"))
    people = WholeNumberField(
        label=gettext_lazy("使うはずの人数"),
        help_text=gettext_lazy(
            "対象の業務をしていて、このツールを使うことになっている人の数です。"
        ),
        suffix=gettext_lazy("人"),
        min_value=1,
        max_value=MOST_PEOPLE,
    )
    recount = forms.BooleanField(
        label=gettext_lazy("これまでの週の利用率も、この人数で数え直す"), required=False
    )
    leader = TextField(
        label=gettext_lazy("推進の担当"),
        help_text=gettext_lazy("社内の調整と、提供会社への窓口をする人の氏名または役割。"),
        max_length=60,
        required=False,
    )
    key_users = TextField(
        label=gettext_lazy("キーユーザー"),
        help_text=gettext_lazy(
            "現場で質問に答える人の氏名または役割を、1行に1人ずつ。例：夜勤の班長"
        ),
        multiline=True,
        rows=3,
        max_length=1300,
        required=False,
    )
    owner_joins = forms.BooleanField(
        label=gettext_lazy("経営者が月に1回、利用の状況を確かめる場に出る"), required=False
    )
    prepared = forms.MultipleChoiceField(
        label=gettext_lazy("導入の前にしたこと"),
        choices=advisors_codes.choices(codes.PREPARED),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, has_weeks: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_weeks:
            del self.fields["recount"]

    def clean_key_users(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["key_users"].split("\n")]
        names = [line for line in lines if line]
        if len(names) > MOST_KEY_USERS or any(len(name) > 60 for name in names):
            raise ValidationError(_("キーユーザーは20人まで、1行は60字までにしてください。"))
        return names

    def profile(self) -> Profile:
        """What the service takes; valid forms only."""
        data = self.cleaned_data
        names = Profile.__slots__
        return Profile(**{name: data[name] for name in names})

    @staticmethod
    def initial_of(row: Tool) -> dict[str, Any]:
        names = ("name", "vendor", "work", "started_on", "people", "leader", "owner_joins")
        return {
            **{name: getattr(row, name) for name in names},
            "prepared": row.prepared,
            "key_users": "\n".join(row.key_users),
            "revision": row.revision,
        }


class WeekForm(UiForm):
    """One week's figures."""

    week = forms.TypedChoiceField(
        label=gettext_lazy("記録する週"), coerce=dt.date.fromisoformat, empty_value=None
    )
    logged_in = WholeNumberField(
        label=gettext_lazy("ログインした人数"),
        help_text=gettext_lazy("この週に1回でもログインした人の数。だれも使わなかった週は0です。"),
        suffix=gettext_lazy("人"),
    )
    entered = WholeNumberField(
        label=gettext_lazy("入力した件数"),
        help_text=gettext_lazy("例：入力された日報の枚数。数えていなければ空けておきます。"),
        suffix=pgettext_lazy("records", "件"),
        max_value=MOST,
        required=False,
    )
    expected = WholeNumberField(
        label=gettext_lazy("入力するはずだった件数"),
        help_text=gettext_lazy("例：出るはずの日報の枚数（人数×日数）。"),
        suffix=pgettext_lazy("records", "件"),
        max_value=MOST,
        required=False,
    )
    errors_ = WholeNumberField(
        label=gettext_lazy("エラーの件数"),
        help_text=gettext_lazy("入力の誤り・やり直しの数。数えていなければ空けておきます。"),
        suffix=pgettext_lazy("records", "件"),
        max_value=MOST,
        required=False,
    )
    replace = forms.BooleanField(label=gettext_lazy("記録済みの数字を置き換える"), required=False)

    def __init__(
        self,
        *args: Any,
        weeks: list[dt.date],
        known: set[dt.date],
        people: int,
        today: dt.date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["week"].choices = [
            (week.isoformat(), _label(week, week in known, today)) for week in reversed(weeks)
        ]
        self.fields["logged_in"].suffix = _("人（%(people)d人中）") % {"people": people}
        if not known:
            del self.fields["replace"]

    def entry(self) -> Entry:
        """What the service takes; valid forms only."""
        data = self.cleaned_data
        return Entry(data["logged_in"], data["entered"], data["expected"], data["errors_"])

    @staticmethod
    def initial_of(row: WeekFigures) -> dict[str, Any]:
        return {
            "week": row.week.isoformat(),
            "logged_in": row.logged_in,
            "entered": row.entered,
            "expected": row.expected,
            "errors_": row.errors,
            "replace": True,
        }


def _label(week: dt.date, is_known: bool, today: dt.date) -> str:
    told = words.week_words(week, today)
    return _("%(week)s（記録済み）") % {"week": told} if is_known else told


class TableForm(UiForm):
    """A table, pasted or as a file. The text of a refused file comes back to be mended."""

    pasted = TextField(
        label=gettext_lazy("表を貼り付ける"),
        help_text=gettext_lazy("表計算ソフトの見出しと行を、そのまま貼り付けられます。"),
        multiline=True,
        rows=10,
        max_length=MOST_TABLE,
        required=False,
        strip=False,
    )
    file = forms.FileField(
        label=gettext_lazy("CSVファイル"),
        help_text=gettext_lazy("貼り付ける代わりに、ファイルを選べます。"),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv"}),
        required=False,
    )
    replace = forms.BooleanField(label=gettext_lazy("記録済みの数字を置き換える"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        uploaded = data.get("file")
        if uploaded is not None:
            data["text"] = self._read(uploaded)
        else:
            data["text"] = data.get("pasted", "")
        if not self.errors and not data["text"].strip():
            self.add_error("pasted", _("表を貼り付けるか、CSVファイルを選んでください。"))
        return data

    def _read(self, uploaded: Any) -> str:
        """The file's text, put where it can be mended."""
        if uploaded.size > MOST_TABLE:
            self.add_error(
                "file", _("ファイルが大きすぎます（60KBまで）。週の数字だけのCSVにしてください。")
            )
            return ""
        content = uploaded.read()
        for encoding in ENCODINGS:
            try:
                text = content.decode(encoding)
            except UnicodeDecodeError:
                continue
            if "\x00" not in text:
                self.data = self.data.copy()
                self.data[self.add_prefix("pasted")] = text
                return text
        self.add_error(
            "file",
            _(
                "このファイルはCSVとして読めません。表計算ソフトの「名前を付けて保存」で、"
                "CSVを選んで保存し直してください。"
            ),
        )
        return ""


class ReviewForm(UiForm):
    """振り返り."""

    held_on = DateField(label=gettext_lazy("振り返りをした日"))
    owner_joined = forms.BooleanField(label=gettext_lazy("経営者が出席した"), required=False)
    voices = TextField(
        label=gettext_lazy("現場の声"),
        help_text=gettext_lazy("小さな不満も、そのままの言葉で。"),
        multiline=True,
        rows=4,
        max_length=2000,
    )
    issues = TextField(
        label=gettext_lazy("課題"), multiline=True, rows=3, max_length=2000, required=False
    )
    decisions = TextField(
        label=gettext_lazy("決めたこと"),
        help_text=gettext_lazy("だれが、何を、いつまでに。提供会社への要望や手順書の直しも。"),
        multiline=True,
        rows=4,
        max_length=2000,
    )
    next_on = DateField(label=gettext_lazy("次に確かめる日"), required=False)

    def given(self) -> Told:
        """What the service takes; valid forms only."""
        return Told(**{name: self.cleaned_data[name] for name in Told.__slots__})

    @staticmethod
    def initial_of(row: Review) -> dict[str, Any]:
        return {name: getattr(row, name) for name in Told.__slots__}


class StopForm(UiForm):
    """利用をやめた."""

    stopped_on = DateField(label=gettext_lazy("利用をやめた日"))
    reason = TextField(
        label=gettext_lazy("やめた理由"),
        help_text=gettext_lazy("次の道具を選ぶときの手がかりになります。"),
        multiline=True,
        rows=3,
        max_length=1000,
    )
