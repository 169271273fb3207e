"""What the pure rules found, in sentences for the reader."""

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext as _

from advisors import codes
from advisors.rules import team, visits
from advisors.rules.team import Assessment, Reason
from advisors.rules.visits import Fault
from portal.kernel import clock
from portal.ui.markup import era_date, yen_text


def bar_text(reason: Reason) -> str:
    """Why an advisor cannot go."""
    match reason.code:
        case team.CONFLICT:
            return _("利害関係：企業が検討している%(names)sと関係がある") % {
                "names": _("、").join(reason.about)
            }
        case team.CONTRACT:
            first, last = (era_date(dt.date.fromisoformat(day)) for day in reason.about)
            return _("契約期間（%(first)s〜%(last)s）の外") % {"first": first, "last": last}
        case team.FULL:
            load, capacity = reason.about
            return _("空きがない：1か月%(capacity)s回のうち%(load)s回が埋まっている") % {
                "capacity": capacity,
                "load": load,
            }
    return {
        team.WRONG_SIDE: _("この役割を担当していない"),
        team.NO_ROLE: _("この区の相談員としてサインインできる役割がない"),
        team.OWN_FIRM: _("この企業の一員である"),
        team.WARD: _("この区は訪問の範囲に入っていない"),
    }[reason.code]


def point_text(reason: Reason) -> str:
    """Why an advisor fits, with the points."""
    match reason.code:
        case team.FIELD:
            what = _("得意な分野：%(what)s") % {"what": codes.words(codes.FIELDS, reason.about)}
        case team.QUALIFIED:
            what = _("資格・経験：%(what)s") % {
                "what": codes.words(codes.QUALIFICATIONS, reason.about)
            }
        case team.LANGUAGE:
            what = _("言語：%(what)s") % {"what": codes.words(codes.LANGUAGES, reason.about)}
        case team.ROOM:
            free, capacity = reason.about
            what = _("空き：1か月%(capacity)s回のうち%(free)s回") % {
                "capacity": capacity,
                "free": free,
            }
        case _other:
            day = era_date(dt.date.fromisoformat(reason.about[0]))
            what = _("契約が支援の途中（%(day)s）で終わる") % {"day": day}
    return _("%(what)s（%(points)+d点）") % {"what": what, "points": reason.points}


def reasons_of(row: Assessment) -> list[str]:
    """Every reason: the bars first."""
    return [*map(bar_text, row.bars), *map(point_text, row.points)]


def frozen(row: Assessment, version: int) -> dict[str, object]:
    """What is kept with the choice: codes, points and figures, not words."""
    return {
        "version": version,
        "total": row.total,
        "bars": [{"code": bar.code, "about": list(bar.about)} for bar in row.bars],
        "points": [
            {"code": one.code, "points": one.points, "about": list(one.about)} for one in row.points
        ],
    }


def fault_text(fault: Fault) -> str:
    """What is wrong with a visit and how to mend it."""
    match fault.code:
        case visits.LONG | visits.SHORT:
            return _(
                "訪問の時間は15分から8時間までです（いま%(minutes)d分）。日をまたぐ訪問は分けてください。"
            ) % {"minutes": fault.about}
        case visits.LATE if fault.about:
            return _("%(days)d日より前の訪問は記録できません。区に相談してください。") % {
                "days": fault.about
            }
        case visits.ENGAGEMENT | visits.CONTRACT | visits.MEMBER:
            return _outside(fault)
        case visits.OVERLAP:
            return _overlap(fault)
        case visits.TRAVEL if fault.field == "travel_yen":
            return _("交通費は%(most)sまでです。金額を確かめてください。") % {
                "most": yen_text(visits.MOST_TRAVEL_YEN)
            }
    return {
        visits.ORDER: _("終了は開始より後の時刻にしてください。"),
        visits.FUTURE: _("まだ終わっていない訪問は記録できません。日付と時刻を確かめてください。"),
        visits.LATE: _("予定は今日以降の日にしてください。"),
        visits.TRAVEL: _("移動時間は往復で360分までです。"),
    }[fault.code]


def _outside(fault: Fault) -> str:
    span = fault.about
    assert isinstance(span, visits.Span)
    what = {
        visits.ENGAGEMENT: _("支援の期間"),
        visits.MEMBER: _("あなたが担当した期間"),
        visits.CONTRACT: _("あなたの契約期間"),
    }[fault.code]
    last = era_date(span.last) if span.last else ""
    return _(
        "訪問の日が%(what)s（%(first)s〜%(last)s）の外です。日付を直すか、区に相談してください。"
    ) % {
        "what": what,
        "first": era_date(span.first),
        "last": last,
    }


def _overlap(fault: Fault) -> str:
    other = fault.about
    assert isinstance(other, visits.Times)
    first, last = (at.astimezone(clock.TOKYO) for at in (other.starts_at, other.ends_at))
    return _(
        "同じ時間に別の訪問（%(label)s、%(first)s〜%(last)s）があります。時刻を直してください。"
    ) % {
        "label": other.label,
        "first": f"{first:%H:%M}",
        "last": f"{last:%H:%M}",
    }


def joined(faults: Iterable[Fault]) -> str:
    """All of them in one paragraph."""
    return " ".join(fault_text(fault) for fault in faults)
