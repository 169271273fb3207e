"""仲間まわし in the small world: the canary firm shows itself under another name, a word waits."""

SHOWN = "むこうじま旋盤"


def build(firm, people):
    """A profile that the ward entered and the firm has not confirmed."""
    from lab.nakama.models import Alias, UnknownWord
    from tests.factories.nakama import make_profile

    profile = make_profile(firm, name=SHOWN)
    word = UnknownWord.objects.create(word="ドゴン加工", normalised="どごん加工", place="search")
    alias = Alias.objects.filter(process_id="cut.lathe").first()
    return {"profile": profile, "word": word, "alias": alias}


def arguments(short, world):
    """Arguments of the room's routes."""
    if short in {"search", "mine", "band", "prefill", "words", "aliases"}:
        return []
    if short == "settle":
        return [world["word"].pk]
    if short == "alias":
        return [world["alias"].pk]
    more = {"process": ["cut.lathe"], "move": ["confirm"]}
    return [world["profile"].public_id, *more.get(short, [])]
