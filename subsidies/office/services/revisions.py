"""Changing a scheme: begin, edit, propose, publish as the next version. Four eyes."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from portal.kernel import audit, clock, transitions
from portal.kernel.actor import Actor
from portal.kernel.transitions import RoleMissing, StaleState
from subsidies.models import Call, Scheme, SchemeVersion
from subsidies.office import policies, states
from subsidies.office.about import About
from subsidies.office.models import Revision
from subsidies.rules import snapshot
from subsidies.rules.scheme import InvalidRules, RuleProblem, SchemeRules
from subsidies.services import moves
from subsidies.services.errors import Refused
from subsidies.services.schemes import bonus_refusal


def revision_begin(*, actor: Actor, scheme_id: int) -> Revision:
    """The open revision of an own scheme, new or the one that exists.

    It begins with the newest published rules; of a scheme that was never published, with the last
    revision that was given up. Raises Scheme.DoesNotExist, RoleMissing.
    """
    if not policies.may_edit(actor):
        raise RoleMissing
    with transaction.atomic():
        scheme = policies.visible_schemes(actor).get(pk=scheme_id)
        if found := _open(scheme):
            return found
        try:
            with transaction.atomic():
                revision = Revision.objects.create(
                    scheme=scheme,
                    ward_id=scheme.ward_id,
                    begun_by_id=moves.person(actor),
                    **_beginning(scheme),
                )
        except IntegrityError:
            # Somebody of the same office was quicker by a moment.
            found = _open(scheme)
            assert found is not None
            return found
        audit.record(actor=actor, action="office.revision_begun", obj=revision)
        return revision


def revision_save(
    *, actor: Actor, revision_id: int, values: Mapping[str, Any], counter: int | None
) -> Revision:
    """Put parts of the rules (key → JSON) in place of the old ones; an empty part is left out.

    `counter` is the save the page was filled from: another one since then raises StaleState, and
    what was typed stays on the page. Rules that contradict each other may be saved; they cannot be
    proposed. Raises Revision.DoesNotExist, RoleMissing, StaleState.
    """
    with transaction.atomic():
        revision = _for_editing(actor, revision_id, counter)
        before = {key: revision.rules.get(key) for key in values}
        rules = {
            key: value
            for key, value in {**revision.rules, **values}.items()
            if value not in ("", None, [], {})
        }
        if snapshot.digest(rules) == snapshot.digest(revision.rules):
            return revision
        revision.rules = rules
        changes = {key: [before[key], value] for key, value in values.items()}
        return _edited(actor, revision, "rules", changes)


def revision_describe(
    *, actor: Actor, revision_id: int, about: About, counter: int | None
) -> Revision:
    """Change the scheme's name and summary with the next version. Raises as `revision_save`."""
    with transaction.atomic():
        revision = _for_editing(actor, revision_id, counter)
        before, after = asdict(about_of(revision)), asdict(about)
        if before == after:
            return revision
        revision.about = after
        changes = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
        return _edited(actor, revision, "about", changes)


def about_of(revision: Revision) -> About:
    """The scheme's name and summary as they stand once the revision is published."""
    return About(**(revision.about or asdict(About.of(revision.scheme))))


def revision_propose(*, actor: Actor, revision_id: int, note: str) -> Revision:
    """起案: hand the revision to an approver, with what it is about. Raises GuardFailed while the
    rules contradict themselves, ReasonMissing, StaleState, RoleMissing.

    Who proposes answers for the text like those who wrote it, and does not publish it.
    """
    with transaction.atomic():
        revision = policies.get_revision(actor, lock=True, pk=revision_id)
        editors = sorted({*revision.editors, moves.person(actor)})
        fields = {"note": note.strip(), "editors": editors}
        return _move(actor, revision_id, "propose", reason=note, fields=fields)


def revision_send_back(*, actor: Actor, revision_id: int, reason: str) -> Revision:
    """差し戻し. Raises ReasonMissing, StaleState, RoleMissing."""
    return _move(actor, revision_id, "send_back", reason=reason)


def revision_drop(*, actor: Actor, revision_id: int) -> Revision:
    """Give the revision up. Raises StaleState, RoleMissing."""
    return _move(actor, revision_id, "drop")


def revision_publish(*, actor: Actor, revision_id: int, seen: int) -> SchemeVersion:
    """公開: the next version of the scheme; calls that have not closed follow it with their drafts.

    What was submitted keeps the version it was submitted under. From now on the ward keeps the
    scheme: the data that comes with the portal leaves it alone. `seen` is the counter of the rules
    the approver has read. Raises GuardFailed (an editor may not publish), Refused (the rules do not
    fit an open call; a newer version exists than the one that was revised), StaleState, RoleMissing.
    """
    with transaction.atomic():
        revision = policies.get_revision(actor, lock=True, pk=revision_id)
        if seen != revision.counter:
            raise StaleState
        if not policies.may_publish(actor):
            raise RoleMissing
        if revision.status != states.PROPOSED:
            raise StaleState
        if refusal := states.REVISION.refusal(revision, "publish", actor):
            raise transitions.GuardFailed(refusal)
        now = clock.database_now()
        scheme = Scheme.objects.select_for_update().get(pk=revision.scheme_id)
        number = _next_number(scheme, revision)
        rules = _parsed(revision)
        calls = list(
            Call.objects.select_for_update().filter(version__scheme=scheme, closes_at__gt=now)
        )
        for call in calls:
            if refusal := bonus_refusal(rules, call.mode, call.reserved_yen):
                raise Refused(refusal)
        version = SchemeVersion.objects.create(
            scheme=scheme, number=number, rules=revision.rules, published_at=now
        )
        about = asdict(about_of(revision))
        for name, value in {**about, "kept_by_ward": True}.items():
            setattr(scheme, name, value)
        scheme.save(update_fields=[*about, "kept_by_ward"])
        Call.objects.filter(pk__in=[call.pk for call in calls]).update(version=version)
        transitions.apply(
            table=states.REVISION,
            instance=revision,
            action="publish",
            actor=actor,
            reason=revision.note,
            detail={
                "version": version.number,
                "sha256": snapshot.digest(version.rules),
                "calls": [str(call) for call in calls],
                "about": revision.about,
            },
            fields={"published_by_id": moves.person(actor), "published_id": version.pk},
        )
        return version


def newest_version(scheme: Scheme) -> SchemeVersion:
    """The published version with the highest number. Raises SchemeVersion.DoesNotExist."""
    return scheme.versions.filter(published_at__isnull=False).latest("number")


def _next_number(scheme: Scheme, revision: Revision) -> int:
    """Raises Refused where publishing would silently take back a version made in the meantime."""
    newest = scheme.versions.filter(published_at__isnull=False).order_by("number").last()
    if newest is None:
        return 1
    if newest.pk != revision.based_on_id:
        text = _(
            "この改正案は第%(old)d版をもとにしていますが、いまの版は第%(new)d版です。"
            "差し戻して改正案を取りやめ、いまの版から作り直してください。"
        )
        raise Refused(text % {"old": revision.based_on.number, "new": newest.number})
    return newest.number + 1


def rule_problems(revision: Revision) -> list[RuleProblem]:
    """What stands against proposing the revision."""
    try:
        SchemeRules.parse(revision.rules)
    except InvalidRules as invalid:
        return invalid.found
    return []


@states.REVISION.guard("rules_are_valid")
def _rules_are_valid(revision: Revision, _actor: Actor) -> str | None:
    found = rule_problems(revision)
    if not found:
        return None
    text = _("規則に直すところが%(count)dか所あります。直してから決裁に回してください。")
    return text % {"count": len(found)}


@states.REVISION.guard("publisher_is_not_editor")
def _publisher_is_not_editor(revision: Revision, actor: Actor) -> str | None:
    if {*revision.editors, revision.begun_by_id}.intersection(actor.persons):
        return _("改正案を作った人は公開できません。ほかの決裁者に依頼してください。")
    return None


def _for_editing(actor: Actor, revision_id: int, counter: int | None) -> Revision:
    """The revision, locked, where this person may save over the save `counter`."""
    if not policies.may_edit(actor):
        raise RoleMissing
    revision = policies.get_revision(actor, lock=True, pk=revision_id)
    if revision.status != states.EDITING:
        raise StaleState
    if counter is not None and counter != revision.counter:
        raise StaleState(
            _("ほかの人がこの改正案を変更しています。いまの内容を確かめて、保存し直してください。")
        )
    return revision


def _edited(actor: Actor, revision: Revision, field: str, changes: dict[str, Any]) -> Revision:
    """Save the changed field and who changed it."""
    revision.counter += 1
    revision.editors = sorted({*revision.editors, moves.person(actor)})
    revision.changed_at = Now()
    revision.save(update_fields=[field, "counter", "editors", "changed_at"])
    revision.refresh_from_db(fields=["changed_at"])
    audit.record(actor=actor, action="office.revision_edited", obj=revision, changes=changes)
    return revision


def _parsed(revision: Revision) -> SchemeRules:
    try:
        return SchemeRules.parse(revision.rules)
    except InvalidRules as invalid:
        raise Refused(str(invalid)) from invalid


def _beginning(scheme: Scheme) -> dict[str, Any]:
    """What a new revision starts from."""
    newest = scheme.versions.filter(published_at__isnull=False).order_by("number").last()
    if newest is not None:
        return {"based_on": newest, "rules": newest.rules}
    last = Revision.objects.filter(scheme=scheme).latest("pk")
    return {
        "based_on_id": last.based_on_id,
        "rules": last.rules,
        "about": last.about,
        # Whoever wrote what was given up has written this one.
        "editors": sorted({*last.editors, last.begun_by_id}),
    }


def _open(scheme: Scheme) -> Revision | None:
    rows = Revision.objects.select_related("scheme", "based_on")
    return rows.filter(scheme=scheme, status__in=states.OPEN).first()


def _move(actor: Actor, revision_id: int, action: str, **given: Any) -> Revision:
    with transaction.atomic():
        revision = policies.get_revision(actor, lock=True, pk=revision_id)
        transitions.apply(
            table=states.REVISION, instance=revision, action=action, actor=actor, **given
        )
        return revision
