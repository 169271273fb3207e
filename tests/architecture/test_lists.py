"""Every list can be taken away as a file under an address of its own, with the filters of the page.

A list page is a page whose address names no one thing and that shows a table, or any page that is
paged or whose table's caption says 一覧. It links to its report (`exports:file`, portal/exports) or
stands in `NO_FILE` with the reason.
"""

import inspect
import re
from pathlib import Path

from django.conf import settings
from django.urls import get_resolver

from portal.exports import reports

TEMPLATES = Path(settings.BASE_DIR) / "templates"
INCLUDE = re.compile(r"{%\s*include\s+\"([^\"]+)\"")
FILE = re.compile(
    r"exports:file|exports/buttons\.html|kpi/links\.html|_csv'|in files %}|retention:record"
)
PAGED = re.compile(r"{%\s*(?:ui_pager|render_table)\b")
LIST_CAPTION = re.compile(r"<caption[^>]*>[^<]*一覧")
TABLE = re.compile(r"<table\b|{%\s*render_table\b")
# Addresses of the sign-in library and of the editor are not ours.
OTHERS = ("allauth.", "wagtail.")

# Reports whose addresses the view makes: the ledger's, and those under each chart and table of the figures.
IN_VIEWS = {
    "subsidy-ledger",
    "kpi_months",
    "kpi_outcome",
    "kpi_wards",
    "series-growth",
    "series-productivity",
    "series-real",
    "series-statistics",
    "series-wards",
}

OWN = "one firm's own few lines, all on its own page"
WORK = "what waits for one person, who works it off here"
ONE = "one case or thing, whose tables belong to it"
NO_FILE = {
    "cms/admin/links.html": WORK,
    "auditing/samples.html": "the office's samples, each with a file of its own",
    "auditing/recounts.html": "recounts in numbers; the differences of each have a file of their own",
    "desk/my.html": OWN,
    "duty/absences.html": "who of one ward's few officials is away",
    "duty/handovers.html": "what one hand-over would move; done, it has a paper of its own",
    "kpi/definitions.html": "the eighteen definitions, each in full on its page",
    "obligations/mine.html": OWN,
    "programs/firm_home.html": OWN,
    "cases/list.html": OWN,
    "cases/lab.html": WORK,
    "consortium/referrals.html": "a firm's own few, or what waits for a bank; nobody takes consents away as a file",
    "consortium/meetings.html": "the meetings, each with its minutes, and what one member has to do",
    "consortium/documents.html": "each line leads to a file of its own",
    "dojo/mine.html": OWN,
    "followup/mine.html": OWN,
    "policy/sheets.html": "a sheet a ward and package, each with its own files",
    "surveys/mine.html": OWN,
    "surveys/list.html": "a wave a year, each with its firms and results as files",
    "diagnosis/home.html": OWN,
    "diagnosis/try_result.html": ONE,
    "navi/kept.html": OWN,
    "diagnosis/shared.html": WORK,
    "diagnosis/versions.html": "the few versions of seven questionnaires, each in full on its page",
    "worksheets/list.html": OWN,
    "worksheets/consents.html": OWN,
    "dojo/teach.html": WORK,
    "worksheets/taught.html": WORK,
    "worksheets/advised.html": WORK,
    "committee/home.html": WORK,
    "evaluation/home.html": WORK,
    "accounts/confirm.html": WORK,
    "nakama/words.html": WORK,
    "nakama/aliases.html": "a dictionary that is looked up, of no ward and no firm",
    "nakama/search.html": "what one search finds, firm by firm; nobody takes the register of all wards away",
    "search/site.html": "what one search finds; the pages themselves are public",
    "notices/list.html": WORK,
    "personal/requests.html": WORK,
    "programs/unreached.html": WORK,
    "exports/list.html": WORK,
    "programs/firm_import.html": "the last ten imports; the rows of each have a file",
    "series/home.html": "what was handed in; the rows of each have a file on its own page",
    "series/mine.html": OWN,
    "retention/confirm.html": "what one decision would do; the list itself has a file",
    "office/ward.html": "one ward's settings",
    "advisors/fees.html": "one ward's settings and their few versions",
    "claims/terms.html": "one ward's settings and their few versions",
    "watch/limits.html": "one ward's settings and their few versions",
    "office/scheme.html": ONE,
    "grants/staff_grant.html": ONE,
    "programs/advised_card.html": ONE,
    "programs/firm_profile.html": ONE,
    "programs/own_card.html": OWN,
    "booking/mine.html": OWN,
    "booking/closures.html": "when one lab is closed ahead, most of it from a calendar file of theirs",
    "booking/queue.html": WORK,
    "events/mine.html": OWN,
    "exchange/board.html": OWN,
    "releases/list.html": "the few releases of a year, each with files of its own",
    "releases/baselines.html": "the few figures that the indicators start from",
}


def text_of(name, seen=()):
    """A template with all that it includes by name."""
    if name in seen or not (TEMPLATES / name).exists():
        return ""
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    return text + "".join(text_of(found, (*seen, name)) for found in INCLUDE.findall(text))


def views(patterns=None, address=""):
    """(address, view) of every route of ours."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        here = f"{address}{entry.pattern}"
        if hasattr(entry, "url_patterns"):
            yield from views(entry.url_patterns, here)
        else:
            view = inspect.unwrap(entry.callback)
            if not view.__module__.startswith(OTHERS):
                yield here, view


def pages_without_arguments():
    """Names of templates drawn by a view whose address names no one thing."""
    found = set()
    for address, view in views():
        if "<" not in address and inspect.isfunction(view):
            found |= set(re.findall(r'"([a-z_/]+\.html)"', inspect.getsource(view)))
    return found


def list_pages():
    whole = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")}
    pages = {name for name in whole if '{% extends "base.html" %}' in text_of(name)}
    paged = {
        name for name in pages if PAGED.search(text_of(name)) or LIST_CAPTION.search(text_of(name))
    }
    return paged | {name for name in pages_without_arguments() if TABLE.search(text_of(name))}


def test_every_list_page_has_its_file_or_a_reason():
    lists = list_pages()
    assert len(lists) > 25
    missing = sorted(name for name in lists - NO_FILE.keys() if not FILE.search(text_of(name)))
    assert not missing, f"list pages without a CSV (see portal/exports) or a reason: {missing}"
    gone = sorted(name for name in NO_FILE if name not in lists or FILE.search(text_of(name)))
    assert not gone, f"reasons that nothing needs any more: {gone}"


def test_every_report_is_offered_somewhere():
    text = "".join(text_of(str(path.relative_to(TEMPLATES))) for path in TEMPLATES.rglob("*.html"))
    # The ledger's page makes its addresses in its view.
    unseen = [
        code
        for code in reports.codes()
        # One that tests of the exports themselves have registered leads nowhere.
        if not reports.find(code).rows.__module__.startswith("tests.")
        and not re.search(rf"['\"]{code}['\"]", text)
        and code not in IN_VIEWS
    ]
    assert not unseen, f"reports that no page leads to: {unseen}"
