"""Why a service refuses; each message is a sentence for the person who asked."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from portal.kernel.transitions import TransitionRefused


class Refused(TransitionRefused):
    """The act does not happen; the message says why."""


class Incomplete(Refused):
    """The case cannot be opened as it stands; `faults` names fields and sentences."""

    def __init__(self, faults: Mapping[str, list[str]]) -> None:
        self.faults = dict(faults)
        super().__init__(_("このままでは案件を出せません。赤い欄を直してください。"))


class NotPromised(Refused):
    """The promise comes before the drawing."""

    message = _("図面を見る前に、秘密保持の約束を読んで、約束してください。")


class NotMarked(Refused):
    """CAD data bear no mark: they are for those who do the work."""

    message = _("CADデータ（DXF・DWG）は、発注が決まった企業だけが受け取れます。")


class GrantOver(Refused):
    """The leave to look has ended or was taken back."""

    message = _(
        "図面を見られる期限が過ぎました。まだ必要なときは、ハブ企業に延長を頼んでください。"
    )
