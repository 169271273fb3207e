"""What a page shows: its year, ward and indicator, and the addresses of the same as a file."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.ui import pictures
from portal.ui.parts import Crumb


@dataclass(frozen=True, slots=True)
class Scope:
    """A year of one ward (None: all 23) with the indicator shown. `several` charts may be on the page."""

    year: int
    ward_id: int | None = None
    indicator: str = ""
    several: bool = False

    @property
    def query(self) -> str:
        """The ward and the indicator as an address has them."""
        given = {"ward": self.ward_id, "indicator": self.indicator}
        return urlencode({name: value for name, value in given.items() if value})

    def files(self, report: str) -> tuple[Crumb, ...]:
        """The same figures as CSV and for Excel."""
        query = "&".join(filter(None, (f"year={self.year}", self.query)))
        return tuple(
            Crumb(label, f"{reverse('exports:file', args=[report, kind])}?{query}")
            for label, kind in ((_("CSVを保存"), "csv"), (_("Excelを保存"), "xlsx"))
        )

    def pictures(self, kind: str) -> tuple[Crumb, ...]:
        """The chart or table as a picture with its source inside."""
        return pictures.links(lambda form: self.at("kpi:picture", kind, form))

    def records(self, code: str, part: str = "") -> str:
        """The records behind an indicator's number, or behind its part."""
        given = {"ward": self.ward_id, "part": part}
        query = urlencode({name: value for name, value in given.items() if value})
        address = reverse("kpi:records", args=[self.year, code])
        return f"{address}?{query}" if query else address

    def at(self, name: str, *args: object) -> str:
        """The address of a page of this year with the ward and the indicator."""
        address = reverse(name, args=[self.year, *args])
        return f"{address}?{self.query}" if self.query else address

    def home(self) -> str:
        """The dashboard itself."""
        if self.ward_id is None:
            return reverse("kpi:overview", args=[self.year])
        return reverse("kpi:ward", args=[self.year, self.ward_id])
