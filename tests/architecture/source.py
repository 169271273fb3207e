"""The project's own Python files, parsed once."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("portal", "programs", "subsidies", "dojo", "advisors", "lab", "kpi")


@cache
def modules() -> dict[str, ast.Module]:
    """Path relative to the root → syntax tree, migrations left out."""
    return {
        str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8"))
        for app in APPS
        for path in sorted((ROOT / app).rglob("*.py"))
        if "migrations" not in path.parts
    }
