"""What a text tells: of a firm, what it does; of a need, which processes would meet it."""

import re
import unicodedata
from dataclasses import dataclass

from lab.nakama.rules.fabric import suited
from lab.nakama.rules.folding import fold
from lab.nakama.rules.lexicon import Found, Lexicon
from lab.nakama.rules.tokens import saying, tokenise

_SENTENCE = re.compile(r"(?<=[。！？!?\n])")
_PIECE = re.compile(r"(?<=[、,])")
# A piece that says what is not done here: 「めっきは外注」「溶接は行っていません」.
_NOT = re.compile(
    r"は[^、。]{0,10}(外注|協力|提携|手配|専門業者)|外注(です|しています|に出)|"
    r"(でき|出来|対応し|致し|いたし|して|行って|やって|扱って|扱い|持って)(い|おり|おら)?(ませ|ない|ず)|"
    r"しません|できず|ありません|(は|を)?お断り|対象外|対応不可|不可(です|。|$)|取り?扱い?(なし|無し)|"
    r"不要|以外|を除く|除きます|やめました|撤退|廃止"
)
# Particles and endings that end an enumeration: 「旋盤とフライスで加工、めっき、塗装は外注」.
_NOT_BARE = re.compile(r"[をでにはがも]|ます|です|ました|した|する")


@dataclass(frozen=True, slots=True)
class Term:
    """One thing asked for: any of `codes` meets it. `is_implied`: it follows from a product or need."""

    codes: frozenset[str]
    is_implied: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read. `words` are the tokens for full text, `unknown` what nobody can read yet."""

    terms: tuple[Term, ...]
    materials: frozenset[str]
    words: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def processes(self) -> dict[str, bool]:
        """code → whether it is only implied."""
        told: dict[str, bool] = {}
        for term in self.terms:
            for code in term.codes:
                told[code] = told.get(code, True) and term.is_implied
        return told


def read(text: str, lexicon: Lexicon) -> Reading:
    """Read a description or a query. What the text says is not done is left out."""
    kept = own_work(text)
    tokens = tokenise(kept)
    found = lexicon.find(tokens)
    materials = frozenset(
        meaning.code for item in found for meaning in item.meanings if meaning.is_material
    )
    return Reading(
        terms=tuple(
            Term(codes, implied) for codes, implied in suited(_terms(found), materials).items()
        ),
        materials=materials,
        words=tuple(saying(tokens)),
        unknown=_unknown(kept, found),
    )


def own_work(text: str) -> str:
    """The text without the pieces that say what is not done."""
    text = unicodedata.normalize("NFKC", text)
    return "".join(_kept(sentence) for sentence in _SENTENCE.split(text))


def _kept(sentence: str) -> str:
    pieces = _PIECE.split(sentence)
    keep = [True] * len(pieces)
    for number, piece in enumerate(pieces):
        if _NOT.search(piece):
            keep[number] = False
            before = number - 1
            while before >= 0 and not _NOT_BARE.search(pieces[before]):
                keep[before] = False
                before -= 1
    return "".join(piece for piece, kept in zip(pieces, keep, strict=True) if kept)


# The past of a workpiece or the use of a thing, not what is asked for: 焼入れ後の, 成形用の金型, 鋳造品の研磨.
_ASIDE = re.compile(
    r"(加工|処理)?(後の|前の|済|下地|した)"
    r"|用の?(金?型|治具|冶具|刃物|電極|工具|げじ|装置|機械|部品|材料)"
    r"|(部?品|素材)の(切削|機械|追加|二次|2次|加工|仕上|研磨|研削|ばり|塗装|検査|測定|組立|めっき|表面)"
)
_OF_THING = re.compile(
    r"の(切削|機械|追加|二次|2次|加工|仕上|研磨|研削|ばり|塗装|検査|測定|めっき|焼)"
)


def _is_aside(item: Found) -> bool:
    """鋳造品の機械加工, シャフトの研磨: the thing is there already."""
    is_thing = item.word[-1] in "品物" or all(m.is_implied for m in item.meanings)
    return bool(_ASIDE.match(item.after) or (is_thing and _OF_THING.match(item.after)))


def _terms(found: list[Found]) -> dict[frozenset[str], bool]:
    """Codes of each word → whether it only implies them. A group gives way to a process of its own.

    What is told of the workpiece's past or use (焼入れ後の, 鋳造品の, 射出成形用の) is not asked for, unless
    there is nothing else.
    """
    terms: dict[frozenset[str], bool] = {}
    for item in [item for item in found if not _is_aside(item)] or found:
        meant = [meaning for meaning in item.meanings if not meaning.is_material]
        direct = frozenset(meaning.code for meaning in meant if not meaning.is_implied)
        codes = direct or frozenset(meaning.code for meaning in meant)
        if codes:
            terms[codes] = terms.get(codes, True) and not direct
    named = {
        code.partition(".")[0]
        for codes, implied in terms.items()
        for code in codes
        if "." in code and not implied
    }
    return {codes: implied for codes, implied in terms.items() if not codes <= named}


# What looks like the name of a process or a machine.
_TRADE = re.compile(
    r"[一-龠々ァ-ヶーA-Za-z0-9]{2,24}?(?:加工|処理|成形|成型|研磨|研削|溶接|めっき|メッキ|塗装|盤|機|切断|仕上げ|造形|接合|鋳造|コーティング|プレス|マシン)"
)
_COMPOUND = re.compile(r"[一-龠々ァ-ヶー]{2,24}")


def _unknown(text: str, found: list[Found]) -> tuple[str, ...]:
    """Names of trades in which nothing was found; of a text in which nothing was, its compounds."""
    known = [item.word for item in found]
    told = any(not meaning.is_material for item in found for meaning in item.meanings)
    words = _TRADE.findall(text) or ([] if told else _COMPOUND.findall(text))
    return tuple(
        word for word in dict.fromkeys(words) if not any(part in fold(word) for part in known)
    )
