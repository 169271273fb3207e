"""The steps of an order as a tree that runs together into the last one."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lab.nakama.planning.terms import Order, PlanRefused, Step

MOST_STEPS = 30


@dataclass(frozen=True, slots=True)
class Chain:
    """The steps so that each stands after all it waits for; the last one is the final step."""

    steps: tuple[Step, ...]
    # For each place in `steps`, the places of the steps it waits for.
    before: tuple[tuple[int, ...], ...]


def chain_of(order: Order) -> Chain:
    """The order's steps in workable order. Raises PlanRefused, naming what does not fit."""
    _check_numbers(order)
    by_code = _by_code(order)
    finals = _finals(order.steps)
    done: list[Step] = []
    placed: dict[str, int] = {}
    waiting = list(order.steps)
    while waiting:
        step = next((one for one in waiting if all(code in placed for code in one.after)), None)
        if step is None:
            raise PlanRefused(
                _(
                    "工程の順序が循環しています（{circle}）。どれか1つの「前工程」を外してください。"
                ).format(circle=" → ".join(_circle(waiting, by_code)))
            )
        waiting.remove(step)
        placed[step.code] = len(done)
        done.append(step)
    _check_joins(order.steps, finals)
    return Chain(tuple(done), tuple(tuple(placed[code] for code in step.after) for step in done))


def _check_numbers(order: Order) -> None:
    if not order.steps:
        raise PlanRefused(_("工程がありません。1つ以上の工程を入力してください。"))
    if len(order.steps) > MOST_STEPS:
        raise PlanRefused(
            _("工程が多すぎます。{most}工程までに分けてください。").format(most=MOST_STEPS)
        )
    if order.not_before < 0 or order.due < order.not_before:
        raise PlanRefused(_("納期が着手できる時期より前です。納期か着手の時期を直してください。"))
    for step in order.steps:
        if step.minutes <= 0:
            raise PlanRefused(
                _("工程「{step}」の作業時間がありません。0より長い時間を入力してください。").format(
                    step=step.code
                )
            )


def _by_code(order: Order) -> dict[str, Step]:
    found: dict[str, Step] = {}
    for step in order.steps:
        if step.code in found:
            raise PlanRefused(
                _("工程「{step}」が2回あります。別の名前にしてください。").format(step=step.code)
            )
        found[step.code] = step
    for step in order.steps:
        for code in step.after:
            if code not in found:
                raise PlanRefused(
                    _(
                        "工程「{step}」の前工程「{before}」がありません。"
                        "工程を加えるか、前工程を直してください。"
                    ).format(step=step.code, before=code)
                )
        if len(set(step.after)) < len(step.after):
            raise PlanRefused(_("工程「{step}」に同じ前工程が2回あります。").format(step=step.code))
    return found


def _finals(steps: Sequence[Step]) -> list[Step]:
    """Steps nothing waits for."""
    followed = {code for step in steps for code in step.after}
    return [step for step in steps if step.code not in followed]


def _circle(waiting: Sequence[Step], by_code: dict[str, Step]) -> list[str]:
    """One circle among the steps that can never start, its first step named again at the end."""
    stuck = {step.code for step in waiting}
    seen: list[str] = []
    code = waiting[0].code
    while code not in seen:
        seen.append(code)
        code = next(before for before in by_code[code].after if before in stuck)
    circle = [*seen[seen.index(code) :], code]
    return circle[::-1]


def _check_joins(steps: Sequence[Step], finals: Sequence[Step]) -> None:
    if len(finals) > 1:
        raise PlanRefused(
            _("最後の工程が{count}つあります（{steps}）。1つの工程にまとめてください。").format(
                count=len(finals), steps=_("、").join(step.code for step in finals)
            )
        )
    for step in steps:
        followers = [one.code for one in steps if step.code in one.after]
        if len(followers) > 1:
            raise PlanRefused(
                _(
                    "工程「{step}」のあとに工程が{count}つあります（{steps}）。"
                    "分かれる工程は、別々の発注に分けてください。"
                ).format(step=step.code, count=len(followers), steps=_("、").join(followers))
            )
