"""Where an application stands, in the firm's words: steps, next step, «may we order yet?»."""

import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.kernel import clock
from portal.kernel.models import AuditRow
from portal.kernel.money import format_yen
from portal.letters.selectors import Listed, letters_of_case
from portal.ui.markup import era_date
from portal.ui.parts import Crumb, Entry, Step
from portal.ui.parts import steps as numbered_steps
from subsidies import grant_states, states
from subsidies.models import Application, Correction, Decision, Grant
from subsidies.rules.scheme import SchemeRules
from subsidies.rules.scheme.papers import CASE_LETTERS
from subsidies.schemes.english import told
from subsidies.services.turns import Turn

# Place of each state on the line 申請 – 書類確認 – 審査 – 決定.
_PLACES = {
    states.DRAFT: 0,
    states.SUBMITTED: 1,
    states.CHECKING: 1,
    states.CORRECTION: 1,
    states.REVIEWING: 2,
    states.AWAITING_APPROVAL: 2,
    states.GRANTED: 4,
    states.REFUSED: 4,
}


@dataclass(frozen=True, slots=True)
class MayOrder:
    """まだ発注できません / 発注できます, with the reason in one sentence."""

    allowed: bool
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class NextStep:
    """What the firm (or the ward) has to do now; `until` where there is a date.

    `until_label` says what happens on it; "" means 期限, the reader's own deadline. `starts` names
    what the step begins, for whoever knows its address; with `posts` the button begins it (POST).
    """

    what: str
    text: str
    until: Any = None
    url: str = ""
    button: str = ""
    tone: str = "info"
    until_label: str = ""
    starts: str = ""
    posts: bool = False


@dataclass(frozen=True, slots=True)
class CorrectionItem:
    """One field that the ward asks to be mended, and where to mend it."""

    label: str
    note: str
    url: str


def withdrawal_of(application: Application) -> AuditRow | None:
    """The act with which the firm withdrew it: when, from which state, why. None: it did not."""
    if application.status != states.WITHDRAWN:
        return None
    acts = AuditRow.objects.filter(
        chain=application.ward_id,
        object_type=application._meta.label_lower,
        object_id=str(application.pk),
        action=f"{states.APPLICATION.name}.withdraw",
    )
    return acts.order_by("-sequence").first()


def steps(application: Application, withdrawal: AuditRow | None = None) -> list[Step]:
    """申請 → 書類確認 → 審査 → 決定; of what was withdrawn, the steps that were behind it."""
    labels = [_("申請"), _("書類の確認"), _("審査"), _("決定")]
    if application.status == states.WITHDRAWN:
        place = _PLACES[withdrawal.from_state] if withdrawal else 1
        labels = [*labels[:place], _("取下げ")]
        return numbered_steps(labels, len(labels))
    return numbered_steps(labels, _PLACES[application.status])


def may_order(application: Application, decision: Decision | None, grant: Grant | None) -> MayOrder:
    """契約・発注・支払 count only from the day of the decision on (domain.md A2, step 3), and only while
    the project runs. `grant` is the application's own, whose last day a change (変更) may have moved.
    """
    if decision is not None and grant is not None:
        return _may_order(decision, grant)
    if application.status in {states.REFUSED, states.WITHDRAWN}:
        return MayOrder(
            allowed=False,
            heading=_("この申請では発注できません"),
            text=_("補助金は交付されません。発注した費用はすべて自己負担になります。"),
        )
    return MayOrder(
        allowed=False,
        heading=_("まだ発注できません"),
        text=_("交付決定の前に契約・発注・支払をした経費は、補助の対象になりません。"),
    )


def _may_order(decision: Decision, grant: Grant) -> MayOrder:
    end = era_date(grant.project_ends_on)
    if grant.status in grant_states.OVER:
        heading = _("この申請では発注できません")
        text = _(
            "補助事業は終わりました（%(state)s）。これから契約・発注・支払をするものは、"
            "補助の対象になりません。"
        ) % {"state": grant_states.GRANT.state(grant.status).label}
    elif grant.status != grant_states.IN_PROGRESS:
        heading = _("発注の期間は終わりました")
        text = _(
            "実績を報告済みです。これから契約・発注・支払をするものは、補助の対象になりません。"
        )
    elif clock.today() > grant.project_ends_on:
        heading = _("事業の期限が過ぎました")
        text = _(
            "事業の期限（%(end)s）を過ぎています。これから契約・発注・支払をするものは、"
            "補助の対象になりません。"
        ) % {"end": end}
    else:
        text = _(
            "%(day)sに交付が決定しました。この日以降の契約・発注・支払が補助の対象です。"
            "%(end)sまでに事業を終えてください。"
        ) % {"day": era_date(decision.decided_on), "end": end}
        return MayOrder(allowed=True, heading=_("発注できます"), text=text)
    return MayOrder(allowed=False, heading=heading, text=text)


def next_step(
    application: Application, grant: Grant | None = None, turn: Turn | None = None
) -> NextStep:
    """The one thing that comes next. `turn` is the place in a first-come call's line."""
    if grant is not None:
        return _after_decision(grant)
    public_id = application.public_id
    match application.status:
        case states.CORRECTION:
            return NextStep(
                what=_("区から補正の依頼が届いています"),
                text=_("指摘された項目を直して、提出し直してください。"),
                until=application.due_on,
                url=reverse("subsidies:correction", args=[public_id]),
                button=_("補正を始める"),
                tone="warn",
            )
        case states.REFUSED:
            return NextStep(
                what=_("不交付決定通知書で理由を確認してください"),
                text=_("ほかに使える支援を探すことができます。"),
                url=reverse("subsidies:call_list"),
                button=_("使える支援を探す"),
            )
        case states.WITHDRAWN:
            return NextStep(
                what=_("申請は取り下げられました"),
                text=_("受付期間内であれば、もう一度申請できます。"),
                url=reverse("subsidies:call_detail", args=[application.call_id]),
                button=_("制度の内容を見る"),
            )
    return _waiting(application, turn)


def _after_decision(grant: Grant) -> NextStep:
    if grant.status in grant_states.OVER:
        state = grant_states.GRANT.state(grant.status).label
        return NextStep(
            what=_("この補助事業は終わりました（%(state)s）") % {"state": state},
            text=_(
                "残る手続があれば、交付決定後の手続に出ています。書類は、捨てずに保管してください。"
            ),
        )
    if grant.status == grant_states.IN_PROGRESS and clock.today() <= grant.project_ends_on:
        return NextStep(
            what=_("交付決定通知書を保存し、発注を進めてください"),
            text=_("見積書・発注書・納品書・請求書・振込の記録は、実績報告まで保管してください。"),
            until=grant.project_ends_on,
            until_label=_("事業の期限"),
            tone="success",
        )
    if grant.status in {grant_states.PAID, grant_states.CLOSED}:
        return NextStep(
            what=_("補助金は支払われました"),
            text=_(
                "これから報告や届出をするもの（効果報告、財産）は、交付決定後の手続に出ています。"
                "書類は、捨てずに保管してください。"
            ),
            tone="success",
        )
    return NextStep(
        what=_("交付決定後の手続で、次にすることを確かめてください"),
        text=_(
            "実績報告や請求は、交付決定後の手続から提出します。"
            "見積書・発注書・納品書・請求書・振込の記録は、捨てずに保管してください。"
        ),
    )


def _waiting(application: Application, turn: Turn | None) -> NextStep:
    """The ward's turn. Its date is no deadline of the firm's, and is not held against anybody."""
    what, due_on = _("区からの連絡をお待ちください"), application.due_on
    if turn is not None and turn.waits:
        text = _(
            "受付の順で%(place)d番目です。先に届いた申請で予算の残りが足りなくなる見込みのため、"
            "予算待ちです。取下げなどで予算が戻ると、受付の順に進み、お知らせとメールでご連絡します。"
        )
        return NextStep(what=_("予算待ちです"), text=text % {"place": turn.place}, tone="warn")
    if due_on is not None and due_on < clock.today():
        text = _(
            "結果の目安としていた%(day)sを過ぎています。お待たせして申し訳ありません。"
            "お急ぎのときは、下の「区とのやりとり」でお尋ねください。"
        ) % {"day": era_date(due_on)}
        return NextStep(what=what, text=text)
    text = _("区が内容を確認しています。次に動きがあると、お知らせとメールでご連絡します。")
    if turn is not None:
        place = _("受付の順で%(place)d番目です。") % {"place": turn.place}
        text = _("%(place)s%(text)s") % {"place": place, "text": text}
    return NextStep(what=what, text=text, until=due_on, until_label=_("結果の目安"))


# Rooms above tell of the application what they know; each is registered when the portal starts.
Teller = Callable[[Application], Iterable[Entry]]
_tellers: list[Teller] = []


def tells(teller: Teller) -> Teller:
    """Decorator: these entries belong to the firm's view of what has happened, too."""
    _tellers.append(teller)
    return teller


def timeline(
    application: Application, decision: Decision | None, withdrawal: AuditRow | None = None
) -> list[Entry]:
    """The firm's view of what has happened, newest first; officials' inner steps stay out."""
    found = [*_entries(application, decision)]
    if withdrawal is not None:
        found.append(
            Entry(at=withdrawal.at, text=_("申請を取り下げました"), note=withdrawal.reason)
        )
    for teller in _tellers:
        found += teller(application)
    return sorted(found, key=lambda entry: entry.at, reverse=True)


def _entries(application: Application, decision: Decision | None) -> Iterator[Entry]:
    for version in application.versions.all():
        first = version.number == 1
        yield Entry(
            at=version.submitted_at,
            text=_("申請しました（受付番号 %(number)s）") % {"number": application.receipt_no}
            if first
            else _("補正を提出しました（第%(number)d版）") % {"number": version.number},
            links=(
                Crumb(
                    _("第%(number)d版の内容を見る") % {"number": version.number},
                    reverse("subsidies:version", args=[application.public_id, version.number]),
                ),
                *_file_link(version.receipt_id, _("受付の控え（PDF）")),
            ),
        )
    for correction in application.corrections.all():
        yield Entry(
            at=correction.requested_at,
            text=_("区から補正の依頼がありました"),
            note=correction.message,
            tone="orange",
        )
    for letter in letters_of_case(application.receipt_no or "", CASE_LETTERS):
        yield letter_entry(letter)
    if decision is not None and decision.approved_at:
        granted = decision.outcome == Decision.Outcome.GRANT
        yield Entry(
            at=decision.approved_at,
            text=_("交付が決定しました：%(amount)s") % {"amount": format_yen(decision.amount_yen)}
            if granted
            else _("不交付が決定しました"),
            note=_("文書番号 %(number)s") % {"number": decision.document_no},
            tone="green" if granted else "red",
            links=_file_link(decision.letter_id, _("決定通知書（PDF）")),
        )


def letter_entry(letter: Listed) -> Entry:
    """A letter that reached the firm."""
    number = letter.document_no
    return Entry(
        at=letter.made_at,
        text=_("通知書が届きました：%(title)s") % {"title": letter.title},
        note=_("文書番号 %(number)s") % {"number": number} if number else "",
        links=_file_link(letter.file_id, _("通知書（PDF）")),
    )


def _file_link(file_id: uuid.UUID | None, label: str) -> tuple[Crumb, ...]:
    if file_id is None:
        return ()
    return (Crumb(label, reverse("subsidies:download", args=[file_id])),)


def correction_items(
    application: Application, correction: Correction, rules: SchemeRules
) -> list[CorrectionItem]:
    """The named fields with the ward's notes and the page on which each is mended."""
    return [
        CorrectionItem(
            label=field_label(rules, field),
            note=correction.notes.get(field, ""),
            url=_field_url(application, rules, field),
        )
        for field in correction.fields
    ]


def field_label(rules: SchemeRules, field: str) -> str:
    """A correctable field in words: answers.<code>, expenses, documents.<code>, eligibility."""
    kind, _dot, code = field.partition(".")
    if kind == "answers":
        question = rules.question(code)
        return told(question.label) if question else code
    if kind == "documents":
        document = rules.document(code)
        return told(document.name) if document else code
    return _("経費と補助額") if kind == "expenses" else _("申請できるかの確認")


def _field_url(application: Application, rules: SchemeRules, field: str) -> str:
    kind, _dot, code = field.partition(".")
    public_id = application.public_id
    if kind == "answers":
        question = rules.question(code)
        return reverse("subsidies:task", args=[public_id, question.task]) + f"#id_{code}"
    pages = {"documents": "subsidies:files", "expenses": "subsidies:budget"}
    if kind in pages:
        return reverse(pages[kind], args=[public_id])
    return reverse("subsidies:check_result", args=[public_id])
