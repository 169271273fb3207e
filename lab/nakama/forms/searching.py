"""検索, and whom to enter a profile for."""

from django.utils.translation import gettext_lazy as _

from lab.nakama.forms.fields import OfProcessForm, mm, pieces, process, um, words
from lab.nakama.selectors.search import Conditions, Wish
from portal.ui.forms import UiForm


class SearchForm(OfProcessForm):
    """検索; its values live in the address."""

    empty = _("言葉から読み取る")
    q = words(
        _("してほしいこと"), 200, _("例：ステンレスの薄板を曲げて箱を作りたい、シャフトの円筒研削")
    )
    process = process(required=False)
    material = words(_("材料"), 40, _("例：SUS304、アルミ"))
    size = mm(_("最大の大きさ"), help_text=_("いちばん長い辺"))
    tolerance = um(_("公差 ±"), help_text=_("0.01mmは10µm"))
    lot = pieces(_("ロット"))
    certificate = words(_("認証"), 40, _("例：ISO9001"))

    def wish(self) -> Wish:
        """What is asked. Only of a valid form."""
        told = self.cleaned_data
        return Wish(
            text=told["q"],
            process=told["process"],
            conditions=Conditions(
                material=told["material"],
                size_mm=told["size"],
                tolerance_um=told["tolerance"],
                lot=told["lot"],
                certificate=told["certificate"],
            ),
        )


class PickForm(UiForm):
    """Which firm to enter a profile for."""

    q = words(_("企業名の一部"), 60, _("まだ登録のない企業だけが出ます。"), required=True)
