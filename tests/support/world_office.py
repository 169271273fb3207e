"""The office's part of the small world: a scheme of 墨田区 that is being changed."""

from typing import Any


def build_revision(call: Any, editor_id: int) -> Any:
    """An open revision of the call's scheme."""
    from subsidies.office.models import Revision

    return Revision.objects.create(
        scheme=call.version.scheme,
        ward_id=call.ward_id,
        based_on=call.version,
        rules=call.version.rules,
        begun_by_id=editor_id,
    )


def office_arguments(name: str, world: dict[str, Any]) -> list[Any]:
    """Arguments that lead to the scheme, its revision and its call."""
    short, revision = name.partition(":")[2], world["revision"]
    if short in {"schemes", "scheme_new", "budgets", "ward"}:
        return []
    if short in {"call", "call_edit", "call_budget"}:
        return [world["draft"].call_id]
    of_scheme = {"version": [1], "scheme": [], "compare": []}
    of_scheme |= {"revise": [], "call_new": [], "papers": []}
    if short in of_scheme:
        return [revision.scheme_id, *of_scheme[short]]
    more = {"move": ["propose"], "part": ["questions"], "arrange": ["questions"]}
    return [revision.pk, *{**more, "item": ["questions", 1]}.get(short, [])]
