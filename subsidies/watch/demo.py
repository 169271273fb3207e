"""The demonstration's planted cases, one of each kind, handed in through the real services.

The same file in two wards, copied words, a vendor whom many name, two firms that order from each
other, a price far above its peers, a figure confirmed and one that still waits. The shared bank
account lies in `subsidies.grants.money_demo`. What they have in common the worker finds.
"""

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

from portal.accounts.demo import OTA, SUMIDA
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from programs.models import Firm, FirmMembership
from subsidies import services, states
from subsidies.contents import rules_of
from subsidies.demo import papers
from subsidies.demo.people import Applicant
from subsidies.demo.stories import BY_STAGE, Story
from subsidies.demo.walk import attach, draft, fill, submit
from subsidies.figures import unconfirmed
from subsidies.models import Application, Call
from subsidies.watch.services.tracing import traces_make

SEED = 20_261_129
_SYSTEM = Actor.system("watch.demo")
_ENDED = (states.WITHDRAWN, states.REFUSED)
CLUSTER_VENDOR = "株式会社まるごとDX支援"
COMPANION = "有限会社合見積サービス"
CLUSTER_FIRMS = 8
COPIED = {
    "problem": "受注の内容を電話とFAXで受け、台帳に書き写している。書き間違いによる作り直しが月に4件あり、"
    "材料費と残業で月に12万円の損失になっている。担当者が休むと納期の返事ができない。",
    "solution": "受注から出荷までを1つの画面で入力し、全員が同じ予定を見られるようにする。"
    "入力の手順を決め、3か月で紙の台帳をなくす。",
    "effect": "作り直しを月に1件以下にし、納期の返事を当日中に行う。事務の時間が月30時間減る。",
}


def load(today: dt.date) -> int:
    """Plant all; returns how many applications were handed in. Needs `acting(Actor.system(…))`."""
    planted = _Planter(today)
    planted.same_file()
    planted.copied_words()
    planted.dear_price()
    planted.ring()
    planted.cluster()
    planted.confirmed_figure()
    planted.waiting_figure()
    # What was handed in before has keys as well; its comparison is the nightly sweep's.
    rows = Application.objects.exclude(status=states.DRAFT).select_related("call", "version")
    for application in rows.filter(traces=None).order_by("id"):
        traces_make(actor=_SYSTEM, application=application)
    return planted.submitted


class _Planter:
    """Firms without a running application, and the call of this year that each applies to."""

    def __init__(self, today: dt.date) -> None:
        self.today = today
        self.rng = random.Random(SEED)  # noqa: S311 (invented data)
        self.submitted = 0
        self.used: set[int] = set()

    def same_file(self) -> None:
        """One quote, handed in by a firm of 墨田区 and one of 大田区."""
        for ward in (SUMIDA, OTA):
            application = self.begin(ward, 1, BY_STAGE[1][6])
            if application is not None:
                content = papers.sample("見積書（共通）")
                actor = self.actor(application)
                with acting(actor):
                    attach(actor, application, "quotes", "見積書.pdf", content)
                self.hand_in(application)

    def copied_words(self) -> None:
        """Two firms of 墨田区 whose plans read the same."""
        for _count in range(2):
            application = self.begin(SUMIDA, 1, BY_STAGE[1][7])
            if application is not None:
                self.answer(application, **COPIED)
                self.hand_in(application)

    def dear_price(self) -> None:
        """日報クラウド for three times of what others pay."""
        application = self.begin(SUMIDA, 1, BY_STAGE[1][0])
        if application is not None:
            lines = application.expense_input
            self.spend(application, [{**lines[0], "unit_price": 540_000}, *lines[1:]])
            self.hand_in(application)

    def ring(self) -> None:
        """Two firms of 墨田区, each the other's vendor."""
        pair = [self.begin(SUMIDA, 1, BY_STAGE[1][number]) for number in (4, 5)]
        for mine, other in zip(pair, reversed(pair), strict=True):
            if mine is not None and other is not None:
                lines = [{**line, "vendor": other.firm_name} for line in mine.expense_input]
                self.spend(mine, lines)
                self.hand_in(mine)

    def cluster(self) -> None:
        """Eight firms of 大田区 with the same vendor and the same second one beside it."""
        for number in range(CLUSTER_FIRMS):
            application = self.begin(OTA, 2, BY_STAGE[2][number % len(BY_STAGE[2])])
            if application is not None:
                first, *rest = application.expense_input
                lines = [
                    {**first, "vendor": CLUSTER_VENDOR},
                    *({**line, "vendor": COMPANION} for line in rest),
                ]
                self.spend(application, lines)
                self.hand_in(application)

    def confirmed_figure(self) -> None:
        """A budget of ten times the firm's earlier one, confirmed and handed in."""
        application = self.begin(SUMIDA, 1, BY_STAGE[1][1], again=True)
        if application is not None:
            self.spend(application, _times(application, 12))
            actor = self.actor(application)
            with acting(actor):
                found = unconfirmed(application, rules_of(application.version))
                services.figures_confirm(
                    actor=actor,
                    application_id=application.pk,
                    said={doubt.key for doubt in found},
                )
            self.hand_in(application)

    def waiting_figure(self) -> None:
        """A draft whose figure nobody has confirmed."""
        application = self.begin(OTA, 1, BY_STAGE[1][1], again=True)
        if application is not None:
            self.spend(application, _times(application, 12))

    def begin(
        self, ward: int, stage: int, story: Story, *, again: bool = False
    ) -> Application | None:
        """A filled draft of a firm that may apply; `again`: of one with an earlier application of
        the stage. None where there is none left."""
        calls = Call.objects.filter(
            ward_id=ward,
            version__scheme__stage=stage,
            fiscal_year=clock.fiscal_year(self.today),
            opens_at__lte=clock.now(),
            closes_at__gt=clock.now(),
        )
        call = calls.select_related("version__scheme").order_by("-round", "-id").first()
        applicant = next(self._free(call, again=again), None) if call else None
        if call is None or applicant is None:
            return None
        self.used.add(applicant.firm.pk)
        return fill(self.rng, applicant, draft(applicant, call), story, today=self.today)

    def answer(self, application: Application, **answers: str) -> None:
        actor = self.actor(application)
        with acting(actor):
            services.draft_save_answers(actor=actor, application_id=application.pk, answers=answers)

    def spend(self, application: Application, lines: list[dict[str, Any]]) -> None:
        actor = self.actor(application)
        with acting(actor):
            services.draft_save_expenses(actor=actor, application_id=application.pk, lines=lines)
        application.refresh_from_db(fields=["expense_input"])

    def hand_in(self, application: Application) -> None:
        submit(self.rng, Applicant(application.firm, self.actor(application)), application)
        self.submitted += 1

    def actor(self, application: Application) -> Actor:
        owner = _owner(application.firm_id)
        assert owner is not None
        return owner

    def _free(self, call: Call, *, again: bool) -> Iterator[Applicant]:
        """Firms of the ward with no application that stands, in the order of their ids."""
        rows = Firm.objects.filter(sites__ward_id=call.ward_id, sites__closed_on=None)
        rows = rows.exclude(pk__in=self.used).order_by("id").distinct()
        standing = Application.objects.exclude(status__in=_ENDED).values("firm_id")
        rows = rows.exclude(pk__in=standing)
        earlier = Application.objects.filter(stage=call.version.scheme.stage).values("firm_id")
        rows = rows.filter(pk__in=earlier) if again else rows.exclude(pk__in=earlier)
        for firm in rows.iterator():
            if actor := _owner(firm.pk):
                yield Applicant(firm, actor)


def _owner(firm_id: int) -> Actor | None:
    rows = FirmMembership.objects.filter(firm_id=firm_id, role=Role.FIRM_OWNER, valid_to=None)
    row = rows.select_related("user").order_by("id").first()
    if row is None:
        return None
    roles = frozenset({Role.FIRM_OWNER})
    return Actor(row.user_id, row.user.name, Hat.FIRM, roles, firm_id=firm_id)


def _times(application: Application, factor: int) -> list[dict[str, Any]]:
    """The lines for so many times the price."""
    return [
        {**line, "unit_price": line["unit_price"] * factor} for line in application.expense_input
    ]
