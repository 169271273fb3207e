"""What a scheme is called and what it is for: changed with its rules, by the same four eyes."""

from dataclasses import dataclass, fields

from django.utils.translation import gettext as _

from subsidies.models import Scheme
from subsidies.office.rules.statements import Line


@dataclass(frozen=True, slots=True)
class About:
    """The fields of a scheme that are not rules. Each version's rules stand beside these."""

    name: str
    name_en: str
    summary: str
    stage: int
    source: str

    @classmethod
    def of(cls, scheme: Scheme) -> "About":
        return cls(**{item.name: getattr(scheme, item.name) for item in fields(cls)})

    def lines(self) -> tuple[Line, ...]:
        """In words, for the comparison."""
        group = _("名前と概要")
        return (
            Line(group, "name", _("制度の名前"), self.name),
            Line(group, "name_en", _("英語の名前"), self.name_en),
            Line(group, "summary", _("ひとことで"), self.summary),
            Line(group, "stage", _("ステージ"), str(Scheme.Stage(self.stage).label)),
            Line(group, "source", _("出典"), self.source),
        )
