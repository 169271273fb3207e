"""The demonstration's consortium: a dozen members, everything in every state, through the services.

The firm of the one-click owner has a problem with answers to choose from and a project that runs;
the one-click school and bank have something to do. Names and words are invented.
"""

import datetime as dt
from collections.abc import Sequence

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override

from lab.consortium import services
from lab.consortium.demo import meetings, projects, referrals
from lab.consortium.demo.cast import Cast, cast
from lab.consortium.models import Member, Project, Referral
from portal.kernel import clock, documents
from programs.models import Firm

__all__ = ["load"]


def load(*, firms: Sequence[Firm], now: dt.datetime, scale: float) -> str:
    """Needs `acting(Actor.system(…))`. Returns what there is, in words."""
    with override("ja"):
        people = cast(firms)
        if people is None:
            return "コンソーシアム 0件"
        _play(people, clock.to_date(now))
    return (
        f"コンソーシアムの会員 {Member.objects.count():,}、課題 {Project.objects.count():,}件、"
        f"融資の紹介 {Referral.objects.count():,}件"
    )


def _play(people: Cast, today: dt.date) -> None:
    page = documents.render_pdf(
        "watermark",
        {"title": "見本", "mark": "見本", "width": 595, "height": 842, "rows": 1},
        made_at=clock.now(),
    )

    def paper(name: str) -> SimpleUploadedFile:
        return SimpleUploadedFile(f"{name}.pdf", page)

    projects.play(people, today, paper)
    referrals.play(people, today, paper)
    meetings.play(people, today, paper)
    services.expire(actor=people.system)
    services.referrals_expire(actor=people.system)
