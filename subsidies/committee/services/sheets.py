"""What a committee member does: declare, score, submit; and as chair give a sheet back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from portal.kernel import audit, clock, transitions
from portal.kernel.actor import Actor
from portal.kernel.transitions import ReasonMissing, RoleMissing, StaleState
from subsidies.committee import policies, states
from subsidies.committee.models import (
    Assignment,
    Declaration,
    RoundMember,
    ScoreSheet,
    SheetVersion,
)
from subsidies.committee.selectors import scoring_of
from subsidies.rules.problem import Problem
from subsidies.rules.scoring import Scoring
from subsidies.services import moves
from subsidies.services.drafts import clean
from subsidies.services.errors import Incomplete, Refused

MOST_TEXT = 2000


class StaleSheet(Refused):
    """Another tab has saved the sheet since this page was filled; nothing was stored."""

    message = _(
        "ほかの画面でこの採点票が保存されています。いま入力した内容は画面に残してあります。"
        "確かめて、もう一度保存してください。"
    )

    def __init__(self, revision: int) -> None:
        super().__init__()
        self.revision = revision


@dataclass(frozen=True, slots=True)
class Entry:
    """What the member entered: criterion → score (None: not yet) and → comment; the whole."""

    scores: Mapping[str, int | None] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)
    overall: str = ""
    opinion: str = ""


def declare(*, actor: Actor, assignment_id: int, relation: str, text: str = "") -> Assignment:
    """利益相反の申告: none opens the case, any other ends the member's part in it.

    May be made again as long as the sheet is not submitted: who finds a conflict later steps back.
    Raises Refused, ReasonMissing (a conflict without a word), StaleState, RoleMissing.
    """
    _require_member(actor)
    if relation not in Declaration.Relation.values:
        raise Refused(_("関係を1つ選んでください。"))
    text = clean(text).strip()
    with transaction.atomic():
        row = _own(actor, assignment_id)
        is_clear = relation == Declaration.Relation.NONE
        if not is_clear and not text:
            raise ReasonMissing(_("どのような関係か、短く書いてください。"))
        if row.status not in states.WAITING or (is_clear and row.status != states.ASSIGNED):
            raise StaleState
        Declaration.objects.create(
            assignment=row,
            ward_id=row.ward_id,
            user_id=moves.person(actor),
            relation=relation,
            text=text[:MOST_TEXT],
        )
        _apply(actor, row, "declare" if is_clear else "recuse", reason=text, relation=relation)
        return row


def sheet_save(
    *, actor: Actor, assignment_id: int, entry: Entry, revision: int | None = None
) -> ScoreSheet:
    """Keep the sheet as it is, complete or not. `revision` is the one the page was filled from.

    Raises StaleSheet, Refused (a score off the scale), StaleState (submitted, stepped back).
    """
    _require_member(actor)
    with transaction.atomic():
        row = _own(actor, assignment_id)
        if row.status not in (states.DECLARED, states.DRAFT):
            raise StaleState
        scoring = scoring_of(row.round)
        sheet = _sheet(row)
        if revision is not None and revision != sheet.revision and _differs(sheet, entry):
            raise StaleSheet(sheet.revision)
        _fill(sheet, scoring, entry)
        sheet.save(
            update_fields=["scores", "comments", "overall", "opinion", "revision", "saved_at"]
        )
        if row.status == states.DECLARED:
            _apply(actor, row, "begin")
        return sheet


def sheet_submit(*, actor: Actor, assignment_id: int) -> SheetVersion:
    """採点を提出する: what was saved is frozen. Raises Incomplete with what is missing, StaleState."""
    _require_member(actor)
    with transaction.atomic():
        row = _own(actor, assignment_id)
        if row.status != states.DRAFT:
            raise StaleState
        scoring, sheet = scoring_of(row.round), ScoreSheet.objects.get(assignment=row)
        if problems := missing(scoring, sheet):
            raise Incomplete(problems)
        version = SheetVersion.objects.create(
            assignment=row,
            case=row.case,
            ward_id=row.ward_id,
            user_id=moves.person(actor),
            number=row.versions.count() + 1,
            payload={
                "scores": {item.code: sheet.scores[item.code] for item in scoring.criteria},
                "comments": sheet.comments,
                "overall": sheet.overall,
                "opinion": sheet.opinion,
            },
            after_reveal=row.round.revealed_at is not None,
        )
        _apply(
            actor,
            row,
            "submit",
            fields={"submitted_at": clock.database_now()},
            version=version.number,
        )
        return version


def sheet_reopen(*, actor: Actor, assignment_id: int, reason: str) -> Assignment:
    """差し戻し by the chair: the member may change the sheet and submits it again.

    Raises GuardFailed for anybody but the chair, ReasonMissing, StaleState, RoleMissing.
    """
    with transaction.atomic():
        rows = policies.visible_assignments(actor).values("pk")
        row = (
            Assignment.objects.select_related("case", "round")
            .select_for_update(of=("self",))
            .get(pk=assignment_id, pk__in=rows)
        )
        _apply(actor, row, "reopen", reason=reason)
        return row


def missing(scoring: Scoring, sheet: ScoreSheet) -> list[Problem]:
    """What is left before the sheet may be submitted, with where to mend it."""
    found = [
        Problem(
            "missing",
            _("「%(name)s」の点数を選んでください。") % {"name": item.name},
            "sheet",
            f"score-{item.code}",
        )
        for item in scoring.missing(sheet.scores)
    ]
    if not sheet.opinion:
        found.append(Problem("missing", _("総合判定を選んでください。"), "sheet", "opinion"))
    if not sheet.overall:
        found.append(Problem("missing", _("講評を入力してください。"), "sheet", "overall"))
    return found


@states.ASSIGNMENT.guard("chair_of_an_open_round")
def _chair_of_an_open_round(row: Assignment, actor: Actor) -> str | None:
    chairs = RoundMember.objects.filter(round_id=row.round_id, is_chair=True)
    if actor.user_id is None or not chairs.filter(user_id=actor.user_id).exists():
        return _("採点票を差し戻せるのは、委員長だけです。")
    if row.round.status != states.OPEN:
        return _("審査が終わっているため、差し戻せません。")
    return None


def _require_member(actor: Actor) -> None:
    if not policies.is_member(actor):
        raise RoleMissing


def _own(actor: Actor, assignment_id: int) -> Assignment:
    row = policies.get_own(actor, lock=True, pk=assignment_id)
    if row.round.status != states.OPEN:
        raise Refused(_("この審査は終わっています。"))
    return row


def _sheet(row: Assignment) -> ScoreSheet:
    sheet, _created = ScoreSheet.objects.get_or_create(
        assignment=row,
        defaults={"case": row.case, "ward_id": row.ward_id, "user_id": row.user_id},
    )
    return sheet


def _differs(sheet: ScoreSheet, entry: Entry) -> bool:
    """Whether saving would change anything: the same content twice is no conflict."""
    kept = {code: score for code, score in sheet.scores.items() if score is not None}
    given = {code: score for code, score in entry.scores.items() if score is not None}
    return (kept, sheet.overall, sheet.opinion) != (
        given,
        clean(entry.overall).strip(),
        entry.opinion,
    ) or _texts(entry.comments) != sheet.comments


def _fill(sheet: ScoreSheet, scoring: Scoring, entry: Entry) -> None:
    scores = {item.code: entry.scores.get(item.code) for item in scoring.criteria}
    if off := scoring.outside(scores):
        raise Refused(
            _("「%(name)s」の点数は0から%(most)dまでです。")
            % {"name": off[0].name, "most": off[0].maximum}
        )
    if entry.opinion not in {"", *ScoreSheet.Opinion.values}:
        raise Refused(_("総合判定を選び直してください。"))
    for text in (entry.overall, *entry.comments.values()):
        if len(text) > MOST_TEXT:
            raise Refused(_("所見と講評は、それぞれ%(most)d字までです。") % {"most": MOST_TEXT})
    known = {item.code for item in scoring.criteria}
    sheet.scores = scores
    sheet.comments = {code: text for code, text in _texts(entry.comments).items() if code in known}
    sheet.overall = clean(entry.overall).strip()
    sheet.opinion = entry.opinion
    sheet.revision += 1
    sheet.saved_at = Now()


def _texts(comments: Mapping[str, str]) -> dict[str, str]:
    """Comments that say something."""
    tidy = {code: clean(text).strip() for code, text in comments.items()}
    return {code: text for code, text in tidy.items() if text}


def _apply(
    actor: Actor,
    row: Assignment,
    action: str,
    *,
    reason: str = "",
    fields: Mapping[str, Any] | None = None,
    **detail: Any,
) -> None:
    transitions.apply(
        table=states.ASSIGNMENT,
        instance=row,
        action=action,
        actor=actor,
        reason=reason,
        detail={"case": row.case.number, **detail},
        payload={"assignment_id": row.pk, "round_id": row.round_id},
        fields=fields or {},
    )


def case_viewed(*, actor: Actor, row: Assignment) -> None:
    """Every look of a member at a case is written down: it shows a firm's plans."""
    audit.record(
        actor=actor,
        action="committee.case_viewed",
        obj=row.case,
        detail={"assignment": row.pk, "version": row.case.dossier.version_number},
    )
