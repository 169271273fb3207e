"""Who is told what of a shared plan, and when sharing ends by itself. Run once per event."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.kernel import clock, outbox
from portal.kernel.actor import Actor
from portal.kernel.models import OutboxEvent
from portal.kernel.texts import filled
from portal.notices.services import notify
from subsidies import people, topics
from subsidies.evaluation.models import PlanComment, PlanEvaluation, PlanShare
from subsidies.evaluation.services import shares_close
from subsidies.selectors.names import scheme_label_lazy

Text = str | Promise


@outbox.handles("evaluation.plan_shared", name="evaluation.notice_shared")
def tell_shared(event: OutboxEvent) -> None:
    """The advisor has a plan to read."""
    share = _share(event.payload["share_id"])
    _tell(
        f"{event.pk}",
        [share.advisor_id],
        filled(_("計画の評価の依頼：%(firm)s"), firm=share.application.firm_name),
        filled(
            _(
                "%(firm)sが、%(scheme)sの導入計画を共有しました。"
                "計画を読み、助言と妥当性評価をお願いします。"
            ),
            firm=share.application.firm_name,
            scheme=scheme_label_lazy(share.application.scheme_name),
        ),
        reverse("evaluation:shared", args=[share.public_id]),
    )


@outbox.handles("evaluation.share_ended", name="evaluation.notice_ended")
def tell_ended(event: OutboxEvent) -> None:
    """The advisor need not go on; one who was asked anew meanwhile reads the plan as before."""
    share = _share(event.payload["share_id"])
    if PlanShare.objects.filter(
        application=share.application_id, advisor=share.advisor_id, ended_at=None
    ).exists():
        return
    _tell(
        f"{event.pk}",
        [share.advisor_id],
        filled(_("計画の共有が終わりました：%(firm)s"), firm=share.application.firm_name),
        _("この計画は、もう開けません。渡した評価は企業と区に残ります。"),
        reverse("evaluation:home"),
    )


@outbox.handles("evaluation.commented", name="evaluation.notice_commented")
def tell_commented(event: OutboxEvent) -> None:
    """The firm reads what was said; one notice a day, however many comments are written."""
    rows = PlanComment.objects.select_related("share__application", "author")
    comment = rows.get(pk=event.payload["comment_id"])
    day = clock.to_date(event.created_at).isoformat()
    _tell_firm(
        f"evaluation.commented.{comment.share_id}.{day}",
        comment.share,
        _("計画に助言が届きました"),
        filled(
            _("%(name)sさんの助言を読み、取り入れるところを自分で直してください。"),
            name=comment.author.name,
        ),
    )


@outbox.handles("evaluation.submitted", name="evaluation.notice_submitted")
def tell_submitted(event: OutboxEvent) -> None:
    """The firm may apply now."""
    rows = PlanEvaluation.objects.select_related("share__application", "evaluator")
    found = rows.get(pk=event.payload["evaluation_id"])
    _tell_firm(
        f"{event.pk}",
        found.share,
        _("計画の妥当性評価が届きました"),
        filled(
            _("%(name)sさんが評価を渡しました。内容を確かめてから、申請に進んでください。"),
            name=found.evaluator.name,
        ),
    )


@outbox.handles("subsidies.application_decided", name="evaluation.close_decided")
def close_decided(event: OutboxEvent) -> None:
    """What is decided needs no advice: the advisor's sight ends."""
    _close(event)


@outbox.handles("subsidies.application_withdrawn", name="evaluation.close_withdrawn")
def close_withdrawn(event: OutboxEvent) -> None:
    """The same for what was withdrawn."""
    _close(event)


def _close(event: OutboxEvent) -> None:
    shares_close(
        actor=Actor.system("evaluation", ward_id=event.ward_id),
        application_id=event.payload["application_id"],
    )


def _share(pk: int) -> PlanShare:
    return PlanShare.objects.select_related("application").get(pk=pk)


def _tell_firm(key: str, share: PlanShare, subject: Text, body: Text) -> None:
    _tell(
        key,
        people.firm_people(share.firm_id),
        filled(
            _("%(what)s（%(scheme)s）"),
            what=subject,
            scheme=scheme_label_lazy(share.application.scheme_name),
        ),
        body,
        reverse("evaluation:plan", args=[share.application.public_id]),
        topics.PLAN,
    )


def _tell(
    key: str,
    who: Iterable[int],
    subject: Text,
    body: Text,
    url: str,
    topic: str = topics.ADVISED_PLAN,
) -> None:
    notify(event_key=key, recipients=who, subject=subject, body=body, url=url, topic=topic)
