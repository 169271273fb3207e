"""Digests of files, so that a start does again only what changed files ask for."""

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

import psycopg

from portal.runtime.paths import ROOT

# What decides the schema, its policies and the rows that migrations insert, besides the installed
# apps. From the states follows which role may tell of which event.
SCHEMA_GLOBS = ("**/migrations/*.py", "**/first_migration.py", "**/*rls*.py", "**/states.py")
SKIPPED_FOLDERS = {".venv", "var", ".git", "tests", "locale", "static", "templates"}
APPS = re.compile(r"^\w+_APPS = \[.*?^\]", re.MULTILINE | re.DOTALL)
STATIC_SOURCES = ("static", "portal/ui", "portal/settings")


def schema() -> str:
    """A digest of everything that shapes the schema, the locked packages' migrations included."""
    apps = "".join(APPS.findall((ROOT / "portal/settings/base.py").read_text()))
    folders = [
        path for path in ROOT.iterdir() if path.is_dir() and path.name not in SKIPPED_FOLDERS
    ]
    files = {
        path for folder in folders for pattern in SCHEMA_GLOBS for path in folder.glob(pattern)
    }
    return _digest(
        [ROOT / "uv.lock", *sorted((ROOT / "deploy").glob("*.sql")), *sorted(files)], apps
    )


def static_files() -> str:
    """A digest of our own static files and of the packages that bring theirs."""
    files = {
        path
        for source in STATIC_SOURCES
        for path in (ROOT / source).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    return _digest([ROOT / "uv.lock", *sorted(files)])


def applied_migrations(address: str) -> str:
    """A digest of a database's history, moments included: no two databases have the same.

    Empty when there is no history yet, or none to be read.
    """
    try:
        with psycopg.connect(address, connect_timeout=5) as connection:
            row = connection.execute(
                "SELECT md5(string_agg(app || name || applied::text, ',' ORDER BY id))"
                " FROM django_migrations"
            ).fetchone()
    except psycopg.Error:
        return ""
    return row[0] or "" if row else ""


def _digest(files: Iterable[Path], extra: str = "") -> str:
    digest = hashlib.sha256(extra.encode())
    for path in files:
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
