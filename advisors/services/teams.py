"""An official chooses the two who go: the rule proposes, a person decides."""

import datetime as dt
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from advisors import codes, policies, states, words
from advisors.models import Advisor, Engagement, SupportRequest, TeamMember
from advisors.rules.team import Assessment, Proposal
from advisors.selectors.teams import proposal, six_months_on
from advisors.services import causes, moves
from advisors.services.errors import OverrideNeeded, Refused
from advisors.services.requests import payload_of
from portal.kernel import clock, transitions
from portal.kernel.actor import Actor

# A later start is planned when it comes.
MOST_DAYS_AHEAD = 120


@dataclass(frozen=True, slots=True)
class Choice:
    """Keys of the two registry entries, and why they are not those of the proposal."""

    it: int
    floor: int
    reason: str = ""

    def of(self, side: str) -> int:
        return self.it if side == codes.IT else self.floor


def team_choose(*, actor: Actor, request_id: int, choice: Choice, starts_on: dt.date) -> Engagement:
    """Begin the engagement with these two.

    Raises Refused (one person twice, an absolute bar, a day out of bounds, one's own cause),
    OverrideNeeded (another choice than proposed without a reason), StaleState (a colleague was
    quicker), RoleMissing.
    """
    policies.require(policies.may_handle(actor))
    today = clock.today()
    if not today <= starts_on <= today + dt.timedelta(days=MOST_DAYS_AHEAD):
        raise Refused(_("開始日は今日から120日以内の日にしてください。"))
    with transaction.atomic():
        request = policies.get_request(actor, lock=True, pk=request_id)
        if request.status != states.TAKEN:
            raise transitions.StaleState
        chosen, made = judged(actor, request, choice, starts_on)
        engagement = _begin(actor, request, starts_on)
        for row in chosen:
            _place(actor, engagement, row, made, choice.reason)
        _name_team(engagement)
        causes.require_others_support(actor, engagement)
        transitions.apply(
            table=states.REQUEST,
            instance=request,
            action="engage",
            actor=actor,
            reason=choice.reason,
            detail={
                "team": {row.side: words.frozen(row, made.version) for row in chosen},
                "advisors": {row.side: row.candidate.key for row in chosen},
                "as_proposed": not choice.reason.strip(),
            },
            payload={**payload_of(request), "engagement_id": engagement.pk},
        )
        return engagement


def judged(
    actor: Actor,
    request: SupportRequest,
    choice: Choice,
    starts_on: dt.date,
    *,
    ends_on: dt.date | None = None,
    without: int | None = None,
    only: str = "",
) -> tuple[list[Assessment], Proposal]:
    """The rule's word on the choice, under a lock on the chosen entries. `only`: one place alone.

    Raises Refused, OverrideNeeded.
    """
    if choice.it == choice.floor:
        raise Refused(_("IT担当と現場担当には、別の人を選んでください。"))
    made = proposal(
        actor,
        request,
        starts_on,
        ends_on=ends_on,
        lock=(choice.it, choice.floor),
        without=without,
    )
    sides = (only,) if only else tuple(codes.SIDES)
    chosen = [_assessed(made, side, choice.of(side)) for side in sides]
    for row in chosen:
        if row.is_absolute:
            raise Refused(
                _("%(name)sさんは選べません。%(why)s")
                % {"name": row.candidate.name, "why": _("、").join(map(words.bar_text, row.bars))}
            )
    if not choice.reason.strip() and differs(made, chosen):
        raise OverrideNeeded(
            _("提案と違う人を選ぶときは、その理由を入力してください。理由は監査記録に残ります。")
        )
    return chosen, made


def differs(made: Proposal, chosen: list[Assessment]) -> bool:
    """Whether the choice is another one than the rule's, or passes over a bar."""
    if any(not row.is_free for row in chosen) or made.pair is None:
        return True
    if len(chosen) == 1:  # one place alone: the best of those who are free
        best = next(row for row in made.of(chosen[0].side) if row.is_free)
        return best.rank[0] != chosen[0].rank[0]
    return [row.candidate.key for row in made.pair] != [row.candidate.key for row in chosen]


def replace(
    actor: Actor, engagement: Engagement, row: Assessment, made: Proposal, reason: str, day: dt.date
) -> None:
    """Another person takes the place from `day` on; who leaves had it until the day before."""
    old = TeamMember.objects.filter(engagement=engagement, side=row.side, until=None)
    for member in old.select_for_update():
        member.until = max(member.since, day - dt.timedelta(days=1))
        member.save()
    _place(actor, engagement, row, made, reason, since=day)
    _name_team(engagement)


def _begin(actor: Actor, request: SupportRequest, starts_on: dt.date) -> Engagement:
    firm = request.firm
    try:
        with transaction.atomic():
            return Engagement.objects.create(
                request=request,
                ward_id=request.ward_id,
                firm=firm,
                firm_name=firm.name,
                address=firm.address,
                phone=firm.phone,
                size=firm.size_model,
                team="",
                starts_on=starts_on,
                ends_on=six_months_on(starts_on),
                goals=moves.told(request.wish),
            )
    except IntegrityError as running:
        raise Refused(_("この企業への支援は、いま続いています。")) from running


def _place(
    actor: Actor,
    engagement: Engagement,
    row: Assessment,
    made: Proposal,
    reason: str,
    since: dt.date | None = None,
) -> None:
    user_id = Advisor.objects.values_list("user_id", flat=True).get(pk=row.candidate.key)
    TeamMember.objects.create(
        engagement=engagement,
        ward_id=engagement.ward_id,
        firm_id=engagement.firm_id,
        advisor_id=row.candidate.key,
        user_id=user_id,
        side=row.side,
        since=since or engagement.starts_on,
        chosen_by_id=policies.person(actor),
        reasons=words.frozen(row, made.version),
        override=moves.told(reason),
    )


def _name_team(engagement: Engagement) -> None:
    """The team in words, for those who do not see its rows: 「渡辺 由紀 / 小林 修」, IT first."""
    rows = engagement.members.filter(until=None).select_related("user").order_by("-side")
    engagement.team = " / ".join(row.user.name for row in rows)
    engagement.save(update_fields=["team"])


def _assessed(made: Proposal, side: str, key: int) -> Assessment:
    found = made.found(side, key)
    if found is None:
        raise Refused(_("選んだ人は、この区の名簿にありません。選び直してください。"))
    return found
