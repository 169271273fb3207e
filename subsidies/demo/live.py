"""The demonstration's people at work today, through the real services.

`PLANS` says per ward how many of the applications that arrived take which steps; `TODAY` how many
firms write an application today and what happens to it. Numbers are for scale 1.
"""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass

from portal.accounts.demo import OTA, SUMIDA
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from subsidies import services, states
from subsidies.demo import calls as demo_calls
from subsidies.demo.calls import Calls
from subsidies.demo.people import Applicant
from subsidies.demo.planning import Planner
from subsidies.demo.stories import BY_STAGE
from subsidies.demo.walk import Walk, draft, fill, submit
from subsidies.models import Application, Call

Plan = tuple[tuple[int, tuple[str, ...]], ...]
GRANT = ("assign", "finish", "propose", "approve")
KATSUSHIKA = 13122

# What the desks do with what arrived in the last weeks.
PLANS: dict[int, Plan] = {
    SUMIDA: (
        (3, GRANT),
        (1, ("assign", "finish", "propose_less", "approve")),
        (1, ("assign", "finish", "propose", "give_back", "propose", "approve")),
        (1, ("assign", "finish", "propose_refusal", "approve")),
        (1, ("assign", "finish", "propose", "give_back")),
        (6, ("assign", "finish", "propose")),
        (1, ("assign", "finish", "propose_refusal")),
        (4, ("assign", "finish")),
        (3, ("assign", "check_some")),
        (3, ("assign", "start", "ask", "answer_message")),
        (2, ("assign", "ask")),
        (6, ("assign",)),
    ),
    OTA: (
        (4, GRANT),
        (1, ("assign", "finish", "propose_refusal", "approve")),
        (1, ("assign", "finish", "approver_proposes")),
        (4, ("assign", "finish", "propose")),
        (3, ("assign", "finish")),
        (3, ("assign", "check_some")),
        (3, ("assign", "ask", "answer_message")),
        (2, ("assign", "start")),
        (4, ("assign",)),
    ),
}
ELSEWHERE: Plan = (
    (1, GRANT),
    (1, ("assign", "finish", "propose")),
    (1, ("assign", "finish", "propose_refusal", "approve")),
    (2, ("assign", "start")),
)
# What is written and handed in today. The first of a ward go through the inspection of uploads.
TODAY: dict[int, Plan] = {
    SUMIDA: (
        (3, ()),
        (1, ("assign", "correct")),
        (1, ("assign", "start", "correct")),
        (1, ("assign", "finish", "correct")),
        (2, ("assign", "correct", "mend")),
        (1, ("assign", "correct", "mend", "finish", "propose")),
        (1, ("withdraw",)),
        (1, ("assign", "start", "withdraw")),
        (1, ("assign", "correct", "withdraw")),
        (1, ("assign", "finish", "withdraw")),
        (1, GRANT),
        (1, ("assign", "ask", "answer_message")),
        (1, ("assign", "correct", "ask", "answer_message")),
    ),
    OTA: (
        # First, so that it is of stage 1, whose budget the demonstration uses up.
        (1, ("assign", "finish", "propose")),
        (3, ()),
        (1, ("assign", "correct")),
        (1, ("assign", "correct", "mend")),
        (1, GRANT),
        (1, ("assign", "finish", "propose_refusal", "withdraw")),
    ),
    13121: ((3, ()), (1, GRANT)),
    13119: ((2, ()), (1, ("assign", "correct"))),
    13123: ((2, ()), (1, GRANT)),
    13108: ((2, ()),),
    13118: ((1, ()), (1, GRANT)),
    13106: ((1, ()),),
}
UPLOADED = {SUMIDA: 2, OTA: 1}
# Steps towards a grant: in a scored call the selection comes before them.
_GRANTING = {"propose", "propose_less", "approver_proposes"}
LEFT_OF_OTA_YEN = 90_000
# Complete plans of stage 2 that wait for what comes before their submission.
PLANS_LEFT = (SUMIDA, SUMIDA, SUMIDA, OTA, 13121, 13108)
# Does for a complete draft what its scheme asks for in the portal before it is submitted.
Prepare = Callable[[Applicant, Application], None]


@dataclass
class Live:
    """Today's work. `planner` gives firms that have not applied to a call yet."""

    rng: random.Random
    today: dt.date
    planner: Planner
    calls: Calls
    prepare: Prepare

    def work(self, arrived: list[Application], system: Actor) -> None:
        """Everything that happens today."""
        self._clear_desks(arrived)
        self._write_today()
        self._serve_main()
        self._leave_drafts(system)
        ota = self._call(OTA, 1)
        demo_calls.nearly_exhaust(system, ota, left_yen=LEFT_OF_OTA_YEN)

    def _clear_desks(self, arrived: list[Application]) -> None:
        """What the committees score is left to `subsidies.selection.demo`."""
        year = clock.fiscal_year(self.today)
        aside = {demo_calls.scored(self.calls, year, place).pk for place in demo_calls.SCORED}
        arrived = [item for item in arrived if item.call_id not in aside]
        for ward in sorted({item.ward_id for item in arrived}):
            waiting = [item for item in arrived if item.ward_id == ward]
            waiting = [item for item in waiting if item.status == states.SUBMITTED]
            self.rng.shuffle(waiting)
            for steps in self._steps(PLANS.get(ward, ELSEWHERE)):
                if not waiting:
                    break
                case = next((item for item in waiting if _fits(item, steps)), waiting[0])
                waiting.remove(case)
                self._walk(case).go(steps)

    def _write_today(self) -> None:
        for ward, plan in TODAY.items():
            for number, steps in enumerate(self._steps(plan)):
                found = self._someone(ward, (2, 1) if number % 4 == 3 else (1, 2))
                if found is None:
                    break
                application = self._apply(
                    *found, upload=number < UPLOADED.get(ward, 0),
                    more_quotes=11 if number == 4 else 0,
                )  # fmt: skip
                self._walk(application).go(steps)

    def _serve_main(self) -> None:
        """The owner's firm: something to mend in 葛飾, something half-written in 墨田."""
        main = self.planner.cast.main
        application = self._apply(main, self._call(KATSUSHIKA, 1))
        self._walk(application).go(("assign", "correct", "ask", "answer_message"))
        half = draft(main, self._call(SUMIDA, 2))
        story = BY_STAGE[2][0]
        told = {"title": story.title, "process": story.process, "problem": story.problem}
        with acting(main.actor):
            services.draft_save_answers(actor=main.actor, application_id=half.pk, answers=told)

    def _leave_drafts(self, system: Actor) -> None:
        """Drafts: untouched, half, complete, complete on the form before the last."""
        ota = self._call(OTA, 1)
        for call in (self._call(SUMIDA, 1), self._call(OTA, 2), self._call(demo_calls.TAITO, 1)):
            if applicant := self.planner.free(call):
                draft(applicant, call)
        for call in (self._call(SUMIDA, 1), self._call(OTA, 1), ota):
            if applicant := self.planner.free(call):
                story = self.rng.choice(BY_STAGE[1])
                fill(self.rng, applicant, draft(applicant, call), story, today=self.today)
        demo_calls.publish_newer_form(system, ota)
        for number, ward in enumerate(PLANS_LEFT):
            call = self._call(ward, 2)
            if applicant := self.planner.free(call):
                story = BY_STAGE[2][number % len(BY_STAGE[2])]
                fill(self.rng, applicant, draft(applicant, call), story, today=self.today)

    def _someone(self, ward: int, stages: tuple[int, ...]) -> tuple[Applicant, Call] | None:
        """A firm of the ward that may still apply to its call of one of the stages."""
        for call in (self._call(ward, stage) for stage in stages):
            if applicant := self.planner.free(call):
                return applicant, call
        return None

    def _apply(
        self, applicant: Applicant, call: Call, *, upload: bool = False, more_quotes: int = 0
    ) -> Application:
        application = draft(applicant, call)
        story = self.rng.choice(BY_STAGE[application.stage])
        application = fill(
            self.rng, applicant, application, story,
            today=self.today, upload=upload, more_quotes=more_quotes,
        )  # fmt: skip
        self.prepare(applicant, application)
        submit(self.rng, applicant, application)
        return application

    def _walk(self, application: Application) -> Walk:
        fresh = Application.objects.select_related("version__scheme", "call").get(pk=application.pk)
        office = self.planner.cast.offices[fresh.ward_id]
        return Walk(
            rng=self.rng,
            today=self.today,
            office=office,
            applicant=self.planner.cast.by_firm[fresh.firm_id],
            application=fresh,
            reviewer=self.rng.choice(office.reviewers),
        )

    def _steps(self, plan: Plan) -> list[tuple[str, ...]]:
        return [steps for number, steps in plan for _count in range(self.planner.count(number))]

    def _call(self, ward: int, stage: int) -> Call:
        return self.calls[clock.fiscal_year(self.today), ward, stage][-1]


def _fits(application: Application, steps: tuple[str, ...]) -> bool:
    """Whether the steps lead where they say: grants are proposed in first-come calls alone."""
    first_come = application.call.mode == Call.Mode.FIRST_COME
    return first_come or _GRANTING.isdisjoint(steps)
