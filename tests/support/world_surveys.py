"""kpi/surveys in the small world: an open wave of 墨田区 that asks the canary, which lets its ward read."""

from typing import Any


def build(firm: Any, people: dict[str, int]) -> dict[str, Any]:
    """What the room's pages show."""
    from kpi.surveys.models import Asked
    from tests.factories import ward_surveys

    row = Asked.objects.select_related("wave").get(wave=ward_surveys.begun(), firm=firm)
    ward_surveys.answered(row, ward_surveys.LONG, is_linked=True)
    return {"asked": row, "secret": ward_surveys.secret(row)}


def arguments(short: str, built: dict[str, Any]) -> list[Any]:
    """Arguments of a route of the room."""
    row, secret = built["asked"], built["secret"]
    of_wave = {"wave", "act", "cancel", "extend", "firms", "paper", "results"}
    if short in of_wave:
        return [row.wave.public_id]
    found: dict[str, list[Any]] = {
        "picture": [row.wave.public_id, "by-ward", "svg"],
        "file": [row.wave.public_id, "csv"],
        "page": [secret, "state"],
        **{name: [secret] for name in ("link", "send", "thanks", "stop")},
        **{name: [row.public_id] for name in ("firm", "enter", "outside", "answer")},
    }
    return found.get(short, [])
