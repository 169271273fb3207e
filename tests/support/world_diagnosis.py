"""Diagnoses of the canary in the small world: a finished one that its ward is let see, and a draft."""


def build(owner):
    """Both rows and the consent."""
    from tests.factories import diagnosis as make

    done = make.finished(owner, "phase", place=1)
    consent = make.share(owner, done)
    return {"done": done, "consent": consent, "draft": make.begin(owner, "security")}


def arguments(short, world):
    """Arguments that lead to the draft where a draft is meant, else to the finished one."""
    draft, done = world["draft"].public_id, world["done"].public_id
    table = {
        "home": [],
        "shared": [],
        "versions": [],
        "version_new": ["sins"],
        "start": ["sins"],
        "consent_end": [world["consent"].public_id],
        "page": [draft, "guard"],
        "autosave": [draft, "guard"],
        "discard": [draft],
        "try": [],
        "try_start": ["sins"],
        "try_page": ["guard"],
        "try_result": [],
        "try_forget": [],
        "try_take_over": [],
    }
    return table.get(short, [done])
