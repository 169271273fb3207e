"""What was typed of one week, and what cannot be true of it. Used by the form and by a pasted table."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Entry:
    """Figures as typed. `entered` and `expected` may both be left out, and so may `errors`."""

    logged_in: int
    entered: int | None = None
    expected: int | None = None
    errors: int | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """`text` says what is wrong with the field and how to mend it."""

    field: str
    text: str


def faults(entry: Entry, people: int) -> Iterator[Fault]:
    """`people` is how many should use the tool."""
    if entry.logged_in > people:
        yield Fault(
            "logged_in",
            _(
                "ログインした人数（%(logged_in)d人）が、使うはずの人数（%(people)d人）より多くなって"
                "います。使う人が増えたときは、先に「ツールの情報を直す」で人数を直してください。"
            )
            % {"logged_in": entry.logged_in, "people": people},
        )
    if entry.entered is not None and entry.expected is None:
        yield Fault(
            "expected",
            _("入力した件数を書くときは、入力するはずだった件数も書いてください。"),
        )
    if entry.expected is not None and entry.entered is None:
        yield Fault(
            "entered",
            _("入力するはずだった件数を書くときは、入力した件数も書いてください（なければ0）。"),
        )
    if entry.entered is not None and entry.expected is not None and entry.entered > entry.expected:
        yield Fault(
            "entered",
            _(
                "入力した件数（%(entered)d件）が、入力するはずだった件数（%(expected)d件）より多く"
                "なっています。2つの欄を取り違えていないか、確かめてください。"
            )
            % {"entered": entry.entered, "expected": entry.expected},
        )
