"""What is wrong with the rules' JSON, where, in a sentence."""

from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class RuleProblem:
    """`where` is the key of the JSON form, e.g. "cap_yen", with the entry: "questions.title"."""

    where: str
    text: str

    @property
    def key(self) -> str:
        """The part of the rules it belongs to."""
        return self.where.partition(".")[0]

    def __str__(self) -> str:
        return _("%(where)s：%(text)s") % {"where": self.where, "text": self.text}


class InvalidRules(ValueError):
    """The rules' JSON is not usable; `found` lists why, `problems` the same as sentences."""

    def __init__(self, found: list[RuleProblem]) -> None:
        self.found = found
        self.problems = [str(problem) for problem in found]
        super().__init__("; ".join(self.problems))
