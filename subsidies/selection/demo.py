"""The demonstration's committees and selections: every state of both rooms, by their own services.

Each of the scored rounds (`subsidies.demo.calls.SCORED`) stands at another point of the way, so that
whoever signs in with one click finds something to do: the committee of 墨田 scores stage 3, its
approver sees what was selected in stage 2, the one of 大田 has a selection to decide.
"""

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.utils.translation import override

from portal.accounts.demo import BY_KEY, DOMAIN, OTA, SUMIDA
from portal.accounts.models import Assignment as RoleAssignment
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from programs.demo_names import GIVEN, SURNAMES
from subsidies import services as core
from subsidies.committee import services as committee
from subsidies.committee.models import Assignment, ReviewRound, ScoreSheet
from subsidies.committee.selectors import scoring_of
from subsidies.committee.services import Entry
from subsidies.contents import submitted_rules
from subsidies.demo import calls as demo_calls
from subsidies.demo.calls import ADACHI
from subsidies.models import Application, Call, DocumentCheck
from subsidies.rules import checklist
from subsidies.selection import services, states
from subsidies.selection.models import Choice, Mark, Selection

SEED = 8_1130
MEMBERS, PER_CASE = 4, 3
_SINCE = dt.date(2021, 4, 1)
_OVERALL = (
    "課題が数字で示され、導入後の測り方も決まっている。体制に無理がない。",
    "効果の見込みは妥当だが、担当者が1人で、休んだときの備えが要る。",
    "経費の根拠がやや弱い。見積の内訳を確かめてから進めてほしい。",
    "同じ工程の会社にも広がりうる取組みで、地域への波及が期待できる。",
)
_COMMENTS = (
    "いまの作業時間の測り方が具体的である。",
    "日程に余裕が少ない。",
    "3社を比べた理由が書かれている。",
)


@dataclass
class Board:
    """A scored call with its officials and its committee, the chair first."""

    rng: random.Random
    today: dt.date
    call: Call
    reviewer: Actor
    approver: Actor
    members: list[Actor]

    def check(self) -> None:
        """書類確認 of everything that arrived: what the committee gets stands in review."""
        with acting(self.reviewer):
            waiting = Application.objects.filter(call=self.call).order_by("submitted_at", "pk")
            cases = list(waiting)
            core.assign(
                actor=self.reviewer,
                application_ids=[case.pk for case in cases],
                assignee_id=self.reviewer.user_id,
            )
            for case in cases:
                for item in checklist.items(submitted_rules(case)):
                    core.check_item_set(
                        actor=self.reviewer,
                        application_id=case.pk,
                        item=item.code,
                        verdict=DocumentCheck.Verdict.OK,
                    )
                core.check_finish(actor=self.reviewer, application_id=case.pk)

    def plan(self, *, is_blind: bool = False, vendor: bool = False) -> ReviewRound:
        """割当て: the review with its members, drawn. `vendor`: the last one sells to an applicant."""
        with acting(self.reviewer):
            round_ = committee.round_create(
                actor=self.reviewer,
                call_id=self.call.pk,
                due_on=self.today + dt.timedelta(days=9),
                per_case=PER_CASE,
                is_blind=is_blind,
            )
            first = Application.objects.filter(call=self.call).order_by("submitted_at").first()
            sold = first.expense_input[0]["vendor"] if first and vendor else ""
            for member in self.members:
                committee.member_add(
                    actor=self.reviewer,
                    round_id=round_.pk,
                    user_id=member.user_id or 0,
                    is_chair=member is self.members[0],
                    vendors=sold if member is self.members[-1] else "",
                )
            committee.round_prepare(actor=self.reviewer, round_id=round_.pk, seed=SEED)
        return round_

    def open(self, **terms: bool) -> ReviewRound:
        """審査中."""
        round_ = self.plan(**terms)
        with acting(self.reviewer):
            return committee.round_open(actor=self.reviewer, round_id=round_.pk)

    def rows(self, round_: ReviewRound) -> list[Assignment]:
        """Every assignment, in a fixed order."""
        with acting(self.reviewer):
            found = Assignment.objects.filter(round=round_).select_related("user", "case", "round")
            return list(found.order_by("case__number", "member__number"))

    def score(self, row: Assignment, points: int, *, hand_in: bool = True, part: int = 99) -> None:
        """申告, 採点 and 提出; `part` leaves the rest of the sheet for later."""
        member = self._member(row)
        scoring = scoring_of(row.round)
        scores: dict[str, int | None] = {
            item.code: max(0, min(item.maximum, points)) for item in scoring.criteria[:part]
        }
        entry = Entry(
            scores=scores,
            comments={scoring.criteria[0].code: self.rng.choice(_COMMENTS)},
            overall=self.rng.choice(_OVERALL) if hand_in else "",
            opinion=_opinion(points) if hand_in else "",
        )
        with acting(member):
            committee.declare(actor=member, assignment_id=row.pk, relation="none")
            committee.sheet_save(actor=member, assignment_id=row.pk, entry=entry)
            if hand_in:
                committee.sheet_submit(actor=member, assignment_id=row.pk)

    def score_all(self, round_: ReviewRound, points: Sequence[int]) -> None:
        """Everybody hands in: the case's points, and one reviewer in three a point off."""
        rows = self.rows(round_)
        for place, row in enumerate(rows):
            off = (
                (row.case.number % 2 or -1) if place % PER_CASE == 2 and row.case.number > 4 else 0
            )
            self.score(row, points[(row.case.number - 1) % len(points)] - off)

    def close(self, round_: ReviewRound) -> None:
        """審査終了."""
        with acting(self.reviewer):
            committee.round_close(actor=self.reviewer, round_id=round_.pk)

    def limit(self, cases: float) -> None:
        """A budget that reaches for about so many of the applications (円)."""
        with acting(self.reviewer):
            asked = list(
                Application.objects.filter(call=self.call).values_list("requested_yen", flat=True)
            )
        average = sum(yen or 0 for yen in asked) / len(asked)
        self.call.budget_yen = round(average * cases) // 1000 * 1000
        self.call.save(update_fields=["budget_yen"])

    def propose(self, reason: str, *, is_separate: bool = True) -> Selection:
        with acting(self.reviewer):
            return services.selection_propose(
                actor=self.reviewer, call_id=self.call.pk, reason=reason, is_separate=is_separate
            )

    def minutes(self, remarks: str) -> None:
        """議事録: all but one there, one of them not in favour."""
        with acting(self.reviewer):
            numbers = list(self.call.review.members.values_list("number", flat=True))[:-1]
            services.minutes_keep(
                actor=self.reviewer,
                call_id=self.call.pk,
                held_on=self.today,
                place="区役所 10階 会議室",
                present=numbers,
                votes_for=len(numbers) - 1,
                votes_against=0,
                votes_abstained=1,
                remarks=remarks,
            )

    def _member(self, row: Assignment) -> Actor:
        return next(member for member in self.members if member.user_id == row.user_id)


def load(today: dt.date) -> int:
    """Every round of `SCORED`; returns how many reviews there are. Needs acting(system)."""
    rng = random.Random(SEED)  # noqa: S311 (invented data)
    calls, year = demo_calls.by_place(), clock.fiscal_year(today)
    stories = {
        (SUMIDA, 2): _selected,
        (SUMIDA, 3): _scoring,
        (OTA, 2): _proposed,
        (OTA, 3): _planned,
        (ADACHI, 2): _revealed,
    }
    committees = {ward: committee_of(rng, ward) for ward in (SUMIDA, OTA, ADACHI)}
    with override("ja"):
        for place, story in stories.items():
            ward = place[0]
            call = demo_calls.scored(calls, year, place)
            board = Board(
                rng,
                today,
                call,
                official(ward, Role.REVIEWER),
                official(ward, Role.APPROVER),
                committees[ward],
            )
            board.check()
            story(board)
    return ReviewRound.objects.count()


def _scoring(board: Board) -> None:
    """審査中, reviewers blind to names: every state of a sheet, and a part left for the one-click role."""
    round_ = board.open(is_blind=True, vendor=True)
    rows = board.rows(round_)
    mine = [row for row in rows if row.user_id == board.members[0].user_id]
    others = [row for row in rows if row.user_id != board.members[0].user_id]
    board.score(mine[0], 4)
    board.score(mine[1], 3, hand_in=False, part=3)
    stepped_back, excused, ready, begun, *rest = others
    member = board._member(stepped_back)
    with acting(member):
        committee.declare(
            actor=member,
            assignment_id=stepped_back.pk,
            relation="vendor",
            text="申請者に3年前から測定機を納めている会社の顧問をしている。",
        )
    with acting(board.reviewer):
        committee.assignment_exclude(
            actor=board.reviewer,
            assignment_id=excused.pk,
            reason="入院のため、採点が間に合わない。",
        )
    member = board._member(ready)
    with acting(member):
        committee.declare(actor=member, assignment_id=ready.pk, relation="none")
    board.score(begun, 4, hand_in=False, part=2)
    for row in rest[: len(rest) // 2]:
        board.score(row, board.rng.choice((3, 4, 5)))


def _planned(board: Board) -> None:
    """準備中: drawn, not opened."""
    board.plan()


def _revealed(board: Board) -> None:
    """All have submitted, so the scores are open; the review is not closed yet."""
    board.score_all(board.open(), (4, 5, 3, 2))


def _proposed(board: Board) -> None:
    """A first proposal was returned, the second waits for its approval."""
    board.limit(2.6)
    round_ = board.open()
    board.score_all(round_, (5, 4, 4, 3, 1))
    board.close(round_)
    with acting(board.reviewer):
        case = Application.objects.filter(call=board.call).order_by("submitted_at")[2]
        services.mark_put(
            actor=board.reviewer,
            application_id=case.pk,
            kind=Mark.Kind.LINKED,
            reason="代表者の住所が、ほかの申請者の住所と同じである。",
        )
    first = board.propose("審査会の結論のとおり、順位に従って採択する。")
    with acting(board.approver):
        services.selection_return(
            actor=board.approver,
            selection_id=first.pk,
            reason="議事録がまだないため。作成してから、もう一度起案してください。",
        )
    board.minutes("順位のとおり採択することが適当とされた。関係のある申請者の有無を確かめること。")
    board.propose("審査会の議事録のとおり、順位に従って採択する。")


def _selected(board: Board) -> None:
    """採択決定: a tie by the published rule, a waiting list, quotes checked for some, decisions."""
    board.limit(3.4)
    round_ = board.open()
    board.score_all(round_, (5, 4, 4, 4, 3, 2, 1))
    board.close(round_)
    board.minutes("同点の申請は、公表している順（受付の早い順）によることを確認した。")
    run = board.propose("審査会の議事録のとおり、順位に従って採択する。")
    with acting(board.approver):
        services.selection_approve(actor=board.approver, selection_id=run.pk, seen=run.sha256)
    with acting(board.reviewer):
        rows = list(Choice.objects.filter(selection=run).order_by("rank", "pk"))
        selected = [row for row in rows if row.status == states.SELECTED]
        services.quotes_check(
            actor=board.reviewer,
            call_id=board.call.pk,
            choice_ids=[row.pk for row in selected[:-1]],
        )
        core.decision_propose(
            actor=board.reviewer,
            application_id=selected[0].application_id,
            outcome="grant",
            reason="採択された計画であり、見積の内容も申請と合っている。",
        )
        refused = [row for row in rows if row.status == states.NOT_SELECTED][-1]
        core.decision_propose(
            actor=board.reviewer,
            application_id=refused.application_id,
            outcome="refuse",
            reason="",
        )
    with acting(board.approver):
        core.decision_approve(actor=board.approver, application_id=selected[0].application_id)


def _opinion(points: int) -> str:
    if points == 3:
        return ScoreSheet.Opinion.CONDITIONS
    return ScoreSheet.Opinion.YES if points > 3 else ScoreSheet.Opinion.NO


def committee_of(rng: random.Random, ward: int) -> list[Actor]:
    """The ward's committee; in 墨田 the one-click member is the chair. Others get no password."""
    named = [User.objects.get(email=BY_KEY["committee"].email)] if ward == SUMIDA else []
    invented = User.objects.bulk_create(
        User(
            email=f"committee{number}-{ward}@{DOMAIN}",
            name=f"{rng.choice(SURNAMES)[0]} {rng.choice(GIVEN)}",
            password=make_password(None),
        )
        for number in range(1, MEMBERS + 1 - len(named))
    )
    RoleAssignment.objects.bulk_create(
        RoleAssignment(
            user=user,
            role=Role.COMMITTEE,
            ward_id=ward,
            valid_from=_SINCE,
            reason="デモンストレーション",
        )
        for user in invented
    )
    role = frozenset({Role.COMMITTEE})
    return [
        Actor(user.pk, user.name, Hat.REVIEW, role, ward_id=ward) for user in (*named, *invented)
    ]


def official(ward: int, role: Role) -> Actor:
    held = RoleAssignment.objects.filter(ward_id=ward, role=role, revoked_at=None)
    row = held.select_related("user").order_by("id")[0]
    return Actor(row.user_id, row.user.name, Hat.WARD, frozenset({role}), ward_id=ward)
