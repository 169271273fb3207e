"""The questions in force, and their names."""

from django.utils.translation import get_language

from programs.diagnosis.instruments import ORDER
from programs.diagnosis.models import Questionnaire
from programs.diagnosis.rules.definition import Definition, built


def newest(instrument: str) -> Questionnaire:
    """The version in force. Raises Questionnaire.DoesNotExist."""
    return Questionnaire.objects.filter(instrument=instrument).order_by("-number")[:1].get()


def in_force() -> dict[str, Definition]:
    """Every instrument's questions, in the order in which they are offered; one query."""
    rows = Questionnaire.objects.order_by("instrument", "-number").distinct("instrument")
    found = {row.instrument: built(row.definition) for row in rows}
    return {code: found[code] for code in ORDER if code in found}


def names() -> dict[str, str]:
    """Instrument → its name, without the questions; one query."""
    rows = Questionnaire.objects.order_by("instrument", "-number").distinct("instrument")
    key = "definition__name__en" if _is_english() else "definition__name__ja"
    return dict(rows.values_list("instrument", key))


def _is_english() -> bool:
    return (get_language() or "ja").startswith("en")
