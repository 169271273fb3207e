"""A report whose rows the test counts, stops in the middle and makes fail."""

import time
from pathlib import Path

from portal.accounts.roles import Role
from portal.exports.reports import Column, Report, register

HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "　=1", "|cmd"]


def _rows(actor, params):
    marker = Path(params["marker"]) if params.get("marker") else None
    for number in range(int(params.get("rows", 3))):
        if marker and number == 2_500:
            marker.touch()
            while Path(f"{marker}.stay").exists():
                time.sleep(0.05)
        if params.get("fail"):
            raise ValueError("personal data of somebody@example.jp")
        yield (HOSTILE[number % len(HOSTILE)], number, actor.ward_id)


TRIAL = register(
    Report(
        code="trial",
        title="試験の一覧",
        columns=[Column("=名前"), Column("番号", "yen"), Column("区", "number")],
        rows=_rows,
        count=lambda _actor, params: int(params.get("rows", 3)),
        may=lambda actor: actor.has_role(Role.REVIEWER),
        filters=("rows", "marker", "fail"),
    )
)
