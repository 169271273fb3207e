"""`.env.example` is complete: each setting the code reads is in it, and nothing else."""

import re

from portal.runtime.paths import ROOT

READ = re.compile(
    r"""(?:_?env(?:\.\w+)?|given|environ\.get|environ)[(\[]\s*["']([A-Z][A-Z0-9_]+)["']"""
)
IN_SHELL = re.compile(r"\$\{([A-Z][A-Z0-9_]+):-")
# Not settings of the portal: Django's and Playwright's own switches, and test run internals.
FOREIGN = {
    "DJANGO_SETTINGS_MODULE",
    "DJANGO_ALLOW_ASYNC_UNSAFE",
    "PYTEST_XDIST_WORKER",
    "TEST_DB_SUFFIX",
    "DATABASE_SOCKET",  # set by the test run for its own processes
}


def _read_by_the_code() -> set[str]:
    sources = [
        *(ROOT / "portal/settings").glob("*.py"),
        *(ROOT / "portal/runtime").glob("*.py"),
        *(ROOT / "tests/support").glob("*.py"),
    ]
    names = {name for path in sources for name in READ.findall(path.read_text())}
    for path in (ROOT / "deploy").glob("*.sh"):
        names |= set(IN_SHELL.findall(path.read_text()))
    return names - FOREIGN


def _listed() -> set[str]:
    return set(re.findall(r"^#([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))


def test_the_example_lists_every_setting() -> None:
    assert _read_by_the_code() - _listed() == set()


def test_the_example_lists_no_setting_that_nothing_reads() -> None:
    # DATABASE_OWNER_URL reaches the code through a helper that takes the name as an argument.
    assert _listed() - _read_by_the_code() - {"DATABASE_OWNER_URL"} == set()
