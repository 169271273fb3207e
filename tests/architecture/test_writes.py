"""Who may write: services (and the kernel). Who may set a status: the transition table alone."""

import ast
from pathlib import PurePath

import pytest

from tests.architecture.source import modules

READ_ONLY_ROOMS = {
    "views",
    "forms",
    "tables",
    "filters",
    "tasks",
    "handlers",
    "selectors",
    "policies",
    "context_processors",
    "middleware",
    "urls",
}
ORM_WRITES = {
    "save",
    "create",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "acreate",
    "asave",
    "adelete",
}
# `.update(` and `.delete(` are also methods of dict, set and caches: only on a queryset chain.
QUERYSET_WRITES = {"update", "delete"}
QUERYSET_MARKS = {"objects", "filter", "exclude", "all", "get", "select_for_update"}
STATUS_WRITERS = {"portal/kernel/transitions.py"}
# The session and the upload of allauth's and Django's own forms are not business tables.
NOT_THE_ORM = {"session", "storage", "default_storage", "workbook", "image", "form", "cache"}


def room(path: str) -> str:
    """views of subsidies/views.py and of subsidies/views/staff.py alike."""
    parts = PurePath(path).with_suffix("").parts
    return next((part for part in parts if part in READ_ONLY_ROOMS), "")


def chain(node: ast.expr) -> list[str]:
    """The names along `Model.objects.filter(...).update`."""
    names = []
    while True:
        if isinstance(node, ast.Attribute):
            names.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Subscript):
            node = node.value
        elif isinstance(node, ast.Name):
            return [*names, node.id]
        else:
            return names


def orm_writes(tree: ast.Module):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            names = chain(node.func)
            method, rest = names[0], set(names[1:])
            if rest & NOT_THE_ORM:
                continue
            if (method in ORM_WRITES and not (method == "create" and "objects" not in rest)) or (
                method in QUERYSET_WRITES and rest & QUERYSET_MARKS
            ):
                yield node.lineno, method


def status_writes(tree: ast.Module):
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else []
        for target in targets:
            if isinstance(target, ast.Attribute) and target.attr == "status":
                yield node.lineno, ".status ="
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in {"update", "aupdate"} and any(
                keyword.arg == "status" for keyword in node.keywords
            ):
                yield node.lineno, ".update(status="
            if node.func.attr == "setattr":
                continue
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "setattr"
            and len(node.args) > 1
            and isinstance(node.args[1], ast.Constant)
            and node.args[1].value == "status"
        ):
            yield node.lineno, "setattr(…, 'status')"


def test_no_orm_writes_above_services():
    found = [
        f"{path}:{line} .{method}()"
        for path, tree in modules().items()
        if room(path) and not path.startswith("portal/runtime/")
        for line, method in orm_writes(tree)
    ]
    assert not found, "write in services instead: " + ", ".join(found)


def test_status_is_written_by_the_transition_table_alone():
    found = [
        f"{path}:{line} {what}"
        for path, tree in modules().items()
        if path not in STATUS_WRITERS
        for line, what in status_writes(tree)
    ]
    assert not found, "use portal.kernel.transitions.apply: " + ", ".join(found)


@pytest.mark.parametrize(
    "code",
    ["Firm.objects.create(name='x')", "firm.save()", "Firm.objects.filter(id=1).update(name='x')"],
)
def test_the_check_sees_a_write(code):
    assert list(orm_writes(ast.parse(code)))


@pytest.mark.parametrize(
    "code", ["a.status = 'x'", "q.update(status='x')", "setattr(a, 'status', 'x')"]
)
def test_the_check_sees_a_status_write(code):
    assert list(status_writes(ast.parse(code)))
