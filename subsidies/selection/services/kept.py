"""The selection's own papers, kept as letters once it is approved: numbered, frozen, made once."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import override

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.files import storage
from portal.kernel.files.models import StoredFile
from portal.letters.models import Letter
from portal.letters.services import Maker, Subject, letter_issue, register_maker
from subsidies import packages
from subsidies.selection import papers, states
from subsidies.selection.models import Minutes, Selection
from subsidies.services import numbers

# Stands in the template's place for the workbook among the papers.
WORKBOOK = "workbook"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

register_maker(WORKBOOK, Maker("portal workbook 1", XLSX_TYPE, packages.workbook))


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper by its address: its kind of letter and its name as a file."""

    kind: str
    file_name: str
    template: str = "selection"


PAPERS = {
    "results.pdf": Paper("selection_results", "審査結果一覧.pdf"),
    "results.xlsx": Paper("selection_results_xlsx", "審査結果一覧.xlsx", WORKBOOK),
    "list.pdf": Paper("selection_list", "採択者一覧.pdf"),
    "minutes.pdf": Paper("selection_minutes", "議事録.pdf"),
}


def key_of(kind: str, selection_id: int) -> str:
    """The letter's key."""
    return f"{kind}:{selection_id}"


def numbers_take(run: Selection, on: dt.date) -> dict[str, str]:
    """文書番号 from the ward's register, one for each paper there is. Within the approval."""
    has_minutes = Minutes.objects.filter(call_id=run.call_id).exists()
    codes = [code for code in papers.NUMBERED if code != "minutes" or has_minutes]
    return {code: numbers.letter_number(run.ward_id, on) for code in codes}


def papers_of(*, actor: Actor, run: Selection) -> dict[str, StoredFile]:
    """The kept papers of an approved selection by address; those that are missing are made."""
    found = _kept(run)
    minutes = Minutes.objects.filter(call_id=run.call_id).exists()
    if len(found) < len(PAPERS) - (not minutes):
        papers_make(actor=actor, selection_id=run.pk)
        found = _kept(run)
    return found


def papers_make(*, actor: Actor, selection_id: int) -> None:
    """Make the papers that do not exist yet. Raises Selection.DoesNotExist before the approval."""
    with acting(actor.elevated()), transaction.atomic(), override("ja"):
        rows = Selection.objects.select_for_update(of=("self",))
        rows = rows.select_related("call__version__scheme", "call__review")
        run = rows.get(pk=selection_id, status=states.APPROVED)
        made = _kept(run)
        for name, data in drafts(run).items():
            if name not in made:
                _issue(actor, run, PAPERS[name], data)


def drafts(run: Selection) -> dict[str, papers.Data]:
    """What the papers say, by address."""
    found = {
        "results.pdf": papers.results_data(run),
        "results.xlsx": papers.results_table(run),
        "list.pdf": papers.list_data(run),
    }
    minutes = Minutes.objects.filter(call_id=run.call_id).first()
    if minutes is not None:
        found["minutes.pdf"] = papers.minutes_data(run, minutes)
    return found


def contents(*, actor: Actor, run: Selection) -> dict[str, bytes]:
    """The papers' bytes by address: as they are kept, before the approval as they would be.

    Raises FileNotFoundError where they were disposed of.
    """
    if run.status == states.APPROVED:
        return {name: _read(stored) for name, stored in papers_of(actor=actor, run=run).items()}
    return {
        name: packages.workbook(data)
        if PAPERS[name].template == WORKBOOK
        else papers.pdf(run, data)
        for name, data in drafts(run).items()
    }


def _kept(run: Selection) -> dict[str, StoredFile]:
    names = {key_of(paper.kind, run.pk): name for name, paper in PAPERS.items()}
    rows = Letter.objects.filter(key__in=names).select_related("stored_file")
    return {names[letter.key]: letter.stored_file for letter in rows}


def _issue(actor: Actor, run: Selection, paper: Paper, data: papers.Data) -> None:
    assert run.approved_at is not None
    letter_issue(
        actor=actor,
        subject=Subject(
            key=key_of(paper.kind, run.pk),
            kind=paper.kind,
            case_no=papers.call_name(run.call)[:60],
            ward_id=run.ward_id,
            firm_id=None,
        ),
        template=paper.template,
        data=data,
        made_at=run.approved_at,
        issued_on=clock.to_date(run.approved_at),
        file_name=paper.file_name,
    )


def _read(stored: StoredFile) -> bytes:
    if not stored.is_available:
        raise FileNotFoundError(stored.original_name)
    with storage.private().open(stored.storage_key) as stream:
        return bytes(stream.read())
