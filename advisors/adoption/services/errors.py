"""Why a service of this room refuses; what was typed stays with the page."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from advisors.adoption.rules.entry import Fault
from advisors.adoption.rules.table import LineFault
from advisors.services import Refused


class FiguresRefused(Refused):
    """`faults` say which fields and why."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(" ".join(fault.text for fault in self.faults))


class TableRefused(Refused):
    """Nothing of the table was taken; `faults` say which lines and why."""

    message = _("表に直すところがあるため、何も取り込んでいません。")

    def __init__(self, faults: Iterable[LineFault]) -> None:
        self.faults = tuple(faults)
        super().__init__()


class Known(Refused):
    """The week has other figures already: they are replaced only on purpose."""

    message = _(
        "この週の数字は、もう記録されています。置き換えるときは「記録済みの数字を置き換える」に"
        "チェックを入れて、もう一度保存してください。"
    )
