"""The coordinator's work on words: an alias is added, a word is set aside."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from lab.nakama import policies, states
from lab.nakama.models import Alias, Material, Process, UnknownWord
from lab.nakama.rules.folding import fold
from lab.nakama.services.errors import Refused
from lab.nakama.services.reading import note_unknown, read_again
from portal.kernel import audit, transitions
from portal.kernel.actor import Actor
from portal.kernel.database import acting


def search_noted(*, actor: Actor, unknown: Mapping[str, str]) -> None:
    """A search used words that nobody can read (word → what was typed). The queue does not say whose
    search it was.
    """
    policies.require(policies.may_search(actor))
    if unknown:
        with acting(actor.elevated()):
            note_unknown(unknown, place=UnknownWord.Place.SEARCH)


def alias_add(*, actor: Actor, text: str, code: str, is_implied: bool = False) -> int:
    """Teach a word; profiles that use it are read anew. Returns how many. Raises RoleMissing, Refused."""
    policies.require(policies.keeps_words(actor))
    with acting(actor.elevated()):
        alias = _insert(actor, text, code, is_implied)
        touched = read_again(alias.text)
        _noted(actor, alias, "nakama.alias_added", detail={"code": code, "profiles": touched})
    return touched


@dataclass(frozen=True, slots=True)
class Word:
    """A word as the coordinator wants it."""

    text: str
    code: str
    is_implied: bool = False


def alias_change(*, actor: Actor, alias_id: int, seen: str, word: Word, reason: str) -> int:
    """Another spelling or meaning; profiles with the former or the new word are read anew.

    A shipped word is retired and the new one added, so that loading the shipped words again changes
    nothing. `seen` is when the page's word had changed last. Returns how many profiles.
    Raises RoleMissing, Refused, Alias.DoesNotExist.
    """
    with _writing(actor, alias_id, reason, seen) as alias:
        before = alias.text
        is_moved = (fold(word.text), word.code) != (alias.normalised, alias.code)
        if alias.source == Alias.Source.SHIPPED and is_moved:
            Alias.objects.filter(pk=alias.pk).update(is_active=False, changed_at=Now())
            _insert(actor, word.text, word.code, word.is_implied)
        else:
            _check(word.text)
            process, material = _meaning(word.code)
            _save(
                alias,
                text=word.text.strip(),
                normalised=fold(word.text),
                process=process,
                material=material,
                is_implied=word.is_implied,
                changed_at=Now(),
            )
        touched = read_again(before, word.text)
        detail = {"before": before, "after": word.text, "code": word.code, "profiles": touched}
        _noted(actor, alias, "nakama.alias_changed", reason, detail)
    return touched


def alias_retire(*, actor: Actor, alias_id: int, seen: str, reason: str) -> int:
    """Take a word out of use. Raises RoleMissing, Refused, Alias.DoesNotExist."""
    return _switch(actor, alias_id, seen, reason, active=False)


def alias_restore(*, actor: Actor, alias_id: int, seen: str, reason: str) -> int:
    """Use a word again. Raises RoleMissing, Refused, Alias.DoesNotExist."""
    return _switch(actor, alias_id, seen, reason, active=True)


def _switch(actor: Actor, alias_id: int, seen: str, reason: str, *, active: bool) -> int:
    with _writing(actor, alias_id, reason, seen) as alias:
        Alias.objects.filter(pk=alias.pk).update(is_active=active, changed_at=Now())
        touched = read_again(alias.text)
        verb = "restored" if active else "retired"
        _noted(actor, alias, f"nakama.alias_{verb}", reason, {"profiles": touched})
    return touched


@contextmanager
def _writing(actor: Actor, alias_id: int, reason: str, seen: str) -> Iterator[Alias]:
    """The word, locked, as the system; refuses what has changed since the page was opened."""
    policies.require(policies.keeps_words(actor))
    if not reason.strip():
        raise Refused(_("理由を入力してください。監査記録に残ります。"))
    with acting(actor.elevated()):
        alias = Alias.objects.select_for_update().get(pk=alias_id)
        if alias.changed_at.isoformat() != seen:
            raise Refused(
                _("この言葉は、ほかの人が先に変えました。画面を開き直して確かめてください。")
            )
        yield alias


def _insert(actor: Actor, text: str, code: str, is_implied: bool) -> Alias:
    _check(text)
    process, material = _meaning(code)
    alias = Alias(source=Alias.Source.COORDINATOR, added_by_id=actor.user_id)
    return _save(
        alias,
        text=text.strip(),
        normalised=fold(text),
        process=process,
        material=material,
        is_implied=is_implied,
    )


def _save(alias: Alias, **values: Any) -> Alias:
    for name, value in values.items():
        setattr(alias, name, value)
    try:
        with transaction.atomic():
            alias.save()
    except IntegrityError as error:
        raise Refused(_("この言葉は、もう辞書にあります。")) from error
    return alias


def _check(text: str) -> None:
    if len(fold(text)) < 2:
        raise Refused(_("言葉は2文字以上で入力してください。"))


def _noted(
    actor: Actor, alias: Alias, action: str, reason: str = "", detail: dict[str, Any] | None = None
) -> None:
    audit.record(
        actor=actor,
        action=action,
        obj=alias,
        ward_id=actor.ward_id,
        reason=reason,
        detail=detail or {},
    )


def word_learn(*, actor: Actor, word_id: int, code: str, is_implied: bool = False) -> int:
    """One click: the waiting word means that. Raises UnknownWord.DoesNotExist, Refused, StaleState."""
    word = policies.visible_words(actor).get(pk=word_id)
    with transaction.atomic():
        _move(actor, word, "learn")
        return alias_add(actor=actor, text=word.word, code=code, is_implied=is_implied)


def word_set_aside(*, actor: Actor, word_id: int) -> UnknownWord:
    """No process is meant. Raises UnknownWord.DoesNotExist, StaleState."""
    word = policies.visible_words(actor).get(pk=word_id)
    _move(actor, word, "set_aside")
    return word


def _move(actor: Actor, word: UnknownWord, action: str) -> None:
    policies.require(policies.keeps_words(actor))
    with acting(actor.elevated()):
        transitions.apply(
            table=states.WORD,
            instance=word,
            action=action,
            actor=actor,
            fields={"handled_by_id": actor.user_id},
        )


def _meaning(code: str) -> tuple[Process | None, Material | None]:
    """Raises Refused."""
    if process := Process.objects.filter(pk=code).first():
        return process, None
    if material := Material.objects.filter(pk=code).first():
        return None, material
    raise Refused(_("工程または材料を一覧から選んでください。"))
