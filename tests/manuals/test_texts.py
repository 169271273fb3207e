"""The help and the manuals are whole, and name nothing that is not there."""

import re
from pathlib import Path

from portal.accounts.roles import Role
from portal.manuals import reading
from tests.architecture import texts
from tests.architecture.access_matrix import MATRIX, SIGN_IN_PREFIXES
from tests.manuals import words
from tests.manuals.keep import MOST_BYTES, STATIC
from tests.support.world import STAFF

FLOWS = Path(__file__).resolve().parent.parent / "flows"
PEOPLE = {"visitor", "nobody", "owner", *STAFF}
STEPS = [step for book in reading.manuals().values() for step in book.steps()]


def test_every_screen_has_help_or_a_reason_to_have_none():
    helped = reading.entries().keys()
    assert sorted(MATRIX.keys() - helped - words.WITHOUT.keys()) == []
    assert sorted(helped & words.WITHOUT.keys()) == []
    # A room that is not built into this portal has no routes at all.
    rooms = {name.partition(":")[0] for name in MATRIX}
    gone = {
        name
        for name in helped | words.WITHOUT.keys()
        if name not in MATRIX and name.partition(":")[0] in rooms
    }
    assert [name for name in gone if not name.startswith(SIGN_IN_PREFIXES)] == []


def test_help_says_in_both_languages_what_a_screen_is():
    for entry in (entry for room in reading.rooms() for entry in room.entries):
        assert entry.do, entry.screen
        for japanese in (entry.name, entry.purpose, entry.next, *entry.do, *entry.mistakes):
            assert texts.JAPANESE.search(japanese), f"{entry.screen}: {japanese!r}"
        for sentence in (entry.purpose, entry.next, *entry.do, *entry.mistakes):
            assert sentence.endswith("。"), f"{entry.screen}: {sentence}"
        assert entry.title, entry.screen
        # A name may stand in Japanese: GビズID, 1-KSI.
        assert not re.search(r"[。、]", entry.title + entry.summary), entry.screen


def test_there_is_a_manual_for_every_role():
    assert list(reading.manuals()) == [
        *("firm_owner", "firm_member", "advisor", "lecturer", "reviewer", "approver", "ward_admin"),
        *("committee", "lab_staff", "partner", "policy", "auditor", "sysadmin"),
    ]
    assert set(reading.manuals()) == set(Role)
    for book in reading.manuals().values():
        codes = [chapter.code for chapter in book.chapters]
        assert len(codes) == len(set(codes)), book.code
        assert all(chapter.steps for chapter in book.chapters), book.code


def test_a_step_names_a_screen_that_is_there_and_says_what_to_see():
    for step in STEPS:
        assert step.screen in reading.entries(), step.screen
        assert step.person in PEOPLE, step.person
        assert step.on_screen or step.elsewhere, step.text
        assert step.text.endswith("。"), step.text
        plain = "".join(text for text, _ in step.parts)
        assert not re.search(r"[\[\]]|\(\(|\)\)", plain), plain


def test_words_of_a_screen_in_another_state_are_texts_of_the_portal():
    known = [japanese for row in texts.read(texts.COMMITTED) for japanese, _ in texts.pairs(row)]
    gone = {
        word for step in STEPS for word in step.elsewhere if not any(word in row for row in known)
    }
    assert gone == set()


def test_every_picture_is_kept_small_and_made_by_a_story():
    wanted = {step.picture for step in STEPS} - {""}
    assert reading.pictures().keys() == wanted
    kept = {path.stem: path.stat().st_size for path in STATIC.glob("*.webp")}
    assert kept.keys() == wanted
    assert max(kept.values()) <= MOST_BYTES
    assert sum(kept.values()) <= 4_000_000
    stories = [path.read_text("utf-8") for path in FLOWS.glob("test_*.py")]
    assert sorted(name for name in wanted if not any(_draws(text, name) for text in stories)) == []


def _draws(story, picture):
    """Whether the story's source names the picture, whole or as f"group-{name}"."""
    code, _, rest = picture.partition("-")
    told = rest.rpartition("-")[0]
    group, _, name = told.partition("-")
    whole = f'"{told}"' in story or (f'"{group}-{{' in story and f'"{name}"' in story)
    return f'looker("{code}"' in story and whole
