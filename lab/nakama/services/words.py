"""The coordinator's work on words: an alias is added, a word is set aside."""

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


def search_noted(*, actor: Actor, unknown: tuple[str, ...], text: str) -> None:
    """A search used words that nobody can read. The queue does not say whose search it was."""
    policies.require(policies.may_search(actor))
    if unknown:
        with acting(actor.elevated()):
            note_unknown(unknown, place=UnknownWord.Place.SEARCH, sample=text)


def alias_add(*, actor: Actor, text: str, code: str, is_implied: bool = False) -> int:
    """Teach a word; profiles that use it are read anew. Returns how many. Raises RoleMissing, Refused."""
    policies.require(policies.keeps_words(actor))
    text = text.strip()
    if len(fold(text)) < 2:
        raise Refused(_("言葉は2文字以上で入力してください。"))
    with acting(actor.elevated()):
        process, material = _meaning(code)
        try:
            with transaction.atomic():
                alias = Alias.objects.create(
                    text=text,
                    normalised=fold(text),
                    process=process,
                    material=material,
                    is_implied=is_implied,
                    source=Alias.Source.COORDINATOR,
                    added_by_id=actor.user_id,
                )
        except IntegrityError as error:
            raise Refused(_("この言葉は、もう辞書にあります。")) from error
        touched = read_again(text)
        audit.record(
            actor=actor,
            action="nakama.alias_added",
            obj=alias,
            ward_id=actor.ward_id,
            detail={"code": code, "profiles": touched},
        )
    return touched


def alias_retire(*, actor: Actor, alias_id: int) -> int:
    """Take a word out of use. Raises RoleMissing, Alias.DoesNotExist."""
    policies.require(policies.keeps_words(actor))
    with acting(actor.elevated()):
        alias = Alias.objects.select_for_update().get(pk=alias_id)
        Alias.objects.filter(pk=alias.pk).update(is_active=False, changed_at=Now())
        touched = read_again(alias.text)
        audit.record(actor=actor, action="nakama.alias_retired", obj=alias, ward_id=actor.ward_id)
    return touched


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
