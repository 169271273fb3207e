"""採択・補欠・不採択通知書: what the selection means for one firm. Japanese, in 和暦."""

import datetime as dt

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.files.models import StoredFile
from portal.kernel.money import format_yen
from subsidies.letters import Rows
from subsidies.selection import states
from subsidies.selection.models import Choice
from subsidies.services.case_letters import CaseLetter, case_letter_make

# Kinds of letters are the states' own codes; so are the scheme's 様式.
_VERDICTS = {
    states.SELECTED: "採択することに決定したので通知します。",
    states.WAITING: "補欠とすることに決定したので通知します。",
    states.NOT_SELECTED: "採択しないことに決定したので通知します。",
}
_MATTERS = {
    states.SELECTED: (
        "この通知は交付の決定ではありません。交付決定通知書に記載された決定日より前に契約・発注・"
        "支払をした経費は、補助の対象になりません。"
    ),
    states.WAITING: (
        "取下げなどにより予算に余裕が生じたときは、順位に従って繰り上げ、採択通知書を送ります。"
        "繰上げがないまま公募の年度が終わることがあります。"
    ),
    states.NOT_SELECTED: "",
}


def choice_letter_make(*, actor: Actor, choice: Choice, at: dt.datetime) -> StoredFile:
    """The letter of the choice as it stands; `at` is when that was decided. Made once for each."""
    application = choice.application
    applied_on = clock.wareki(clock.to_date(application.submitted_at or at))
    return case_letter_make(
        actor=actor,
        application_id=application.pk,
        letter=CaseLetter(
            kind=choice.status,
            subject_id=choice.pk,
            issued_at=at,
            opening=(
                f"{applied_on}付けで申請のあった補助金については、審査の結果、"
                f"{_VERDICTS[choice.status]}"
            ),
            matter=_MATTERS[choice.status],
            rows=_rows(choice),
            appeals=choice.status == states.NOT_SELECTED,
        ),
    )


def _rows(choice: Choice) -> Rows:
    match choice.status:
        case states.SELECTED:
            return [("結果", "採択"), ("採択額", format_yen(choice.amount_yen)), *_reason(choice)]
        case states.WAITING:
            return [("結果", "補欠"), ("補欠の順位", str(choice.rank)), *_reason(choice)]
    return [("結果", "不採択"), *_reason(choice)]


def _reason(choice: Choice) -> Rows:
    return [("理由", choice.reason)] if choice.reason else []
