"""Every text for people can be read in English, and every Japanese text is collected.

The sources are the truth: texts are collected from them afresh and compared with the committed
catalogue. `make messages` brings the catalogue level again; the English is then written by hand.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog, Message
from django.template.base import Lexer
from django.utils import translation
from django.utils.formats import date_format

from tests.architecture import texts
from tests.architecture.source import modules

pytestmark = pytest.mark.slow

# Templates: in the language switch a language is named in itself.
BARE_IN_TEMPLATES = {
    (
        "templates/components/user_bar.html",
        '<button class="ui-linkbutton" name="language" value="ja" lang="ja">日本語</button>',
    ),
}
# Modules whose Japanese is data or documents, by path or folder.
JAPANESE_MODULES = {
    "advisors/adoption/demo/": "demonstration data",
    "kpi/releases/demo.py": "demonstration data",
    "portal/auditing/demo.py": "demonstration data",
    "portal/duty/demo.py": "demonstration data",
    "portal/personal/demo.py": "demonstration data",
    "programs/demo_mergers.py": "demonstration data",
    "subsidies/selection/demo_past.py": "demonstration data",
    "advisors/adoption/rules/columns.py": "headings as people's sheets have them",
    "advisors/claims/demo.py": "demonstration data",
    "advisors/claims/papers.py": "papers of a claim are written in Japanese",
    "advisors/claims/statement.py": "papers of a claim are written in Japanese",
    "advisors/demo/": "demonstration data",
    "kpi/effect/demo.py": "demonstration data",
    "kpi/policy/demo.py": "demonstration data",
    "kpi/series/demo.py": "demonstration data",
    "kpi/series/reading/": "headings and hints of the Japanese sheets, names as e-Stat writes them",
    "lab/booking/demo/": "demonstration data",
    "lab/consortium/demo/": "demonstration data",
    "lab/events/demo/": "demonstration data",
    "lab/events/rules/vendors.py": "forms of companies",
    "lab/nakama/exchange/demo/": "demonstration data",
    "portal/accounts/demo.py": "names of the demonstration's people",
    "portal/cms/demo.py": "the operator's progress lines",
    "portal/cms/management/commands/load_content.py": "the operator's terminal",
    "portal/desk/management/commands/load_demo.py": "the operator's progress lines",
    "portal/exports/writers.py": "the styles of a Japanese workbook",
    "portal/kernel/clock.py": "names of eras",
    "portal/kernel/management/commands/state_diagrams.py": "Japanese pages of docs/",
    "portal/runtime/": "the operator's terminal",
    "portal/search/demo.py": "the operator's progress lines",
    "portal/search/rules/": "spellings of Japanese",
    "portal/search/selectors/synonyms.py": "words that are searched for",
    "portal/settings/": "the product's name",
    "portal/ui/dates.py": "dates as people type them",
    "portal/ui/japanese.py": "the signs by which Japanese is known",
    "dojo/demo/": "demonstration data",
    "dojo/ical.py": "a Japanese calendar",
    "dojo/management/commands/courses_load.py": "the operator's terminal",
    "dojo/papers.py": "certificates are written in Japanese",
    "dojo/worksheets/demo/": "demonstration data",
    "dojo/followup/demo.py": "demonstration data",
    "dojo/worksheets/sheets/sources.py": "titles of Japanese documents",
    "dojo/worksheets/papers.py": "headings of a Japanese paper",
    "lab/nakama/demo.py": "demonstration data",
    "lab/nakama/management/commands/": "the operator's terminal",
    "kpi/management/commands/kpi_indicators.py": "the operator's terminal",
    "lab/nakama/rules/certificates.py": "names of certificates as people type them",
    "lab/nakama/rules/folding.py": "kana",
    "lab/nakama/rules/reading.py": "endings of words",
    "lab/nakama/rules/tokens.py": "parts of speech and words of Sudachi",
    "lab/nakama/cases/demo.py": "demonstration data",
    "lab/nakama/cases/papers.py": "orders are written in Japanese",
    "programs/diagnosis/papers.py": "headings of a Japanese paper",
    "portal/navi/demo.py": "demonstration data",
    "programs/demo.py": "demonstration data",
    "programs/demo_facts.py": "demonstration data",
    "programs/demo_names.py": "demonstration data",
    "programs/importing/": "headings and hints of the Japanese sheet",
    "programs/wards.py": "names of the wards",
    "subsidies/bulk/matter_papers.py": "papers of a ruling are written in Japanese",
    "subsidies/bulk/matters.py": "papers of a ruling are written in Japanese",
    "subsidies/bulk/papers.py": "papers of a decision are written in Japanese",
    "subsidies/bulk/services/printing.py": "names of Japanese documents",
    "subsidies/committee/rules/romaji.py": "the kana and how they are spelt",
    "subsidies/committee/xlsx.py": "headings of a Japanese workbook",
    "subsidies/consultations/demo.py": "demonstration data",
    "subsidies/demo/": "demonstration data",
    "subsidies/evaluation/demo.py": "demonstration data",
    "subsidies/grants/demo.py": "demonstration data",
    "subsidies/grants/letters.py": "letters are written in Japanese",
    "subsidies/grants/money_demo.py": "demonstration data",
    "subsidies/grants/receipts.py": "receipts are written in Japanese",
    "subsidies/grants/rules/bank.py": "kana as banks write them",
    "subsidies/grants/services/paid_letters.py": "letters are written in Japanese",
    "subsidies/grants/services/owing.py": "reasons that stand in Japanese letters",
    "subsidies/grants/services/recovery_letters.py": "letters are written in Japanese",
    "subsidies/grants/kinds/": "questions of the filings are Japanese, as the schemes' are",
    "subsidies/obligations/disposals.py": "questions and letters of a Japanese filing",
    "subsidies/obligations/ical.py": "the name of a Japanese calendar",
    "subsidies/obligations/kinds.py": "questions of the filings are Japanese, as the schemes' are",
    "subsidies/obligations/rules/": "names of the law's tables and of Japanese accounts",
    "subsidies/obligations/services/followup.py": "letters are written in Japanese",
    "subsidies/obligations/demo.py": "demonstration data",
    "subsidies/office/demo.py": "demonstration data",
    "subsidies/past/": "demonstration data",
    "subsidies/selection/demo.py": "demonstration data",
    "subsidies/retention/demo.py": "demonstration data",
    "subsidies/retention/papers.py": "the record is a Japanese document",
    "subsidies/office/ward_demo.py": "demonstration data",
    "subsidies/selection/letters.py": "letters are written in Japanese",
    "subsidies/selection/package.py": "papers are written in Japanese",
    "subsidies/selection/papers.py": "minutes and papers are written in Japanese",
    "subsidies/selection/services/kept.py": "names of Japanese documents",
    "subsidies/selection/views/papers.py": "names of Japanese documents",
    "subsidies/letters.py": "receipts and letters are written in Japanese",
    "subsidies/ledger/jgrants.py": "a Japanese interface's fields",
    "subsidies/management/commands/subsidy_check_amounts.py": "the operator's terminal",
    "subsidies/rules/amount_cases.py": "the operator's terminal",
    "subsidies/management/commands/schemes_load.py": "the operator's terminal",
    "subsidies/rules/scheme/": "titles of Japanese papers",
    "subsidies/rules/values.py": "answers as people type them",
    "subsidies/services/papers.py": "names of Japanese documents",
    "subsidies/units.py": "units as a scheme's data names them",
    "subsidies/watch/demo.py": "demonstration data",
    "kpi/demo.py": "demonstration data",
    "kpi/surveys/demo.py": "demonstration data",
}
# Single words elsewhere that are stored or compared as they are.
JAPANESE_LITERALS = {
    ("kpi/series/services/taking.py", "区に渡した決算の表で答えたもの"),
    ("lab/nakama/taxonomy/definitions.py", "、"),
    ("portal/accounts/gbizid/adapter.py", "GビズID"),
    ("portal/accounts/gbizid/provider.py", "GビズID"),
    ("portal/accounts/gbizid/views.py", "GビズID sign-in refused: %s (request %s)"),
    ("portal/accounts/services/invitations.py", "期間満了"),
    ("portal/accounts/services/invitations.py", "招待"),
    ("portal/kernel/money.py", "-△▲−‐–—―ー"),
    ("programs/models/wards.py", "stands before the 文書番号"),
    ("portal/personal/services/erasing.py", "削除された利用者"),
    ("programs/services/firms.py", "本社"),
    ("programs/services/import_writing.py", "本社"),
    ("subsidies/grants/services/completion.py", "実績報告を提出したため"),
    ("subsidies/grants/services/rulings.py", "代表者"),
    ("subsidies/ledger/models.py", "null: withheld (秘匿)"),
    ("subsidies/office/item_base.py", "、"),
    ("subsidies/office/item_forms.py", "："),
    ("subsidies/retention/apps.py", "（廃棄済み）"),
    ("subsidies/selection/selectors/ranking.py", "："),
    ("subsidies/services/numbers.py", "第{number}号"),
}

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|\{\w*\}")
TAG = re.compile(r"<[^>]+>")
DATE_PATTERN = re.compile(r"[YnjGi年月日: ]*[nj][月日][YnjGi年月日: ]*")


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    return texts.collect(tmp_path_factory.mktemp("sources"))


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    return texts.read(texts.COMMITTED)


def messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def keys(catalogue: Catalog) -> set[tuple[str, ...]]:
    return {texts.key(message) for message in messages(catalogue)}


def every_pair(catalogue: Catalog) -> list[tuple[str, str]]:
    return [pair for message in messages(catalogue) for pair in texts.pairs(message)]


def test_the_sources_have_many_texts(collected: Catalog) -> None:
    assert len(keys(collected)) > 1000


def test_every_text_of_the_sources_is_in_the_catalogue(
    collected: Catalog, catalogue: Catalog
) -> None:
    missing = sorted(keys(collected) - keys(catalogue))
    assert not missing, "run `make messages` and write the English"


def test_the_catalogue_has_nothing_that_is_gone(collected: Catalog, catalogue: Catalog) -> None:
    assert not sorted(keys(catalogue) - keys(collected)), "run `make messages`"
    assert not catalogue.obsolete


def test_every_text_has_its_english_in_all_forms(catalogue: Catalog) -> None:
    assert catalogue.num_plurals == 2
    assert [japanese for japanese, english in every_pair(catalogue) if not english.strip()] == []


def test_no_english_is_a_guess(catalogue: Catalog) -> None:
    assert [texts.key(message) for message in messages(catalogue) if message.fuzzy] == []


def test_placeholders_and_tags_are_the_same_on_both_sides(catalogue: Catalog) -> None:
    for pattern in (PLACEHOLDER, TAG):
        differing = [
            pair
            for pair in every_pair(catalogue)
            if set(pattern.findall(pair[0])) != set(pattern.findall(pair[1]))
        ]
        assert differing == []


def test_english_with_placeholders_can_be_filled(catalogue: Catalog) -> None:
    for japanese, english in every_pair(catalogue):
        names = re.findall(r"%\((\w+)\)", japanese)
        if names:
            assert english % dict.fromkeys(names, 7)


def test_english_is_english(catalogue: Catalog) -> None:
    japanese = {english for _, english in every_pair(catalogue) if texts.JAPANESE.search(english)}
    assert japanese == set()


def test_plurals_are_written_out(catalogue: Catalog) -> None:
    """«1 case» and «2 cases», never «case(s)»."""
    assert [
        english for _, english in every_pair(catalogue) if re.search(r"\w\(e?s\)", english)
    ] == []


def test_dates_are_written_in_english(catalogue: Catalog) -> None:
    patterns = [pair for pair in every_pair(catalogue) if DATE_PATTERN.fullmatch(pair[0])]
    assert len([pair for pair in patterns if "j" in pair[0]]) >= 3
    for japanese, english in patterns:
        with translation.override("en"):
            shown = date_format(dt.datetime(2026, 11, 21, 17, 5), english)  # noqa: DTZ001
        assert ("2026" in shown) == ("Y" in japanese), english
        assert ("21" in shown) == ("j" in japanese), english
        assert ("17:05" in shown) == ("G:i" in japanese), english


def test_the_compiled_catalogue_is_the_committed_one(catalogue: Catalog) -> None:
    """What is compiled at set-up is what Django answers with."""
    with translation.override("en"):
        for message in messages(catalogue):
            if isinstance(message.id, str):
                found = (
                    translation.pgettext(message.context, message.id)
                    if message.context
                    else translation.gettext(message.id)
                )
                assert found == message.string
            else:
                for number, expected in zip((1, 2), message.string, strict=True):
                    found = (
                        translation.npgettext(message.context, *message.id, number)
                        if message.context
                        else translation.ngettext(*message.id, number)
                    )
                    assert found == expected


def test_templates_have_no_japanese_outside_their_translate_tags() -> None:
    bare = {
        (path, text)
        for path, source in texts.templates().items()
        for _line, text in texts.bare_texts(source)
    }
    assert bare == BARE_IN_TEMPLATES


def test_python_has_no_japanese_outside_gettext() -> None:
    found, used = set(), set()
    for path, tree in modules().items():
        reason = next((key for key in JAPANESE_MODULES if path.startswith(key)), None)
        literals = {(path, text) for _line, text in texts.bare_literals(tree)}
        if reason and literals:
            used.add(reason)
        elif not reason:
            found |= literals
    assert found == JAPANESE_LITERALS
    assert used == set(JAPANESE_MODULES), "an entry of JAPANESE_MODULES is no longer needed"


def test_gettext_is_called_so_that_it_can_be_collected() -> None:
    for path, tree in modules().items():
        assert list(texts.aliases(tree)) == [], f"{path}: makemessages knows only `_`"
        assert list(texts.unreadable(tree)) == [], f"{path}: the text of gettext is computed"


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>申請</p>", ["<p>申請</p>"]),
        ('<p aria-label="申請">', ['<p aria-label="申請">']),
        ('{% translate "申請" %}{# 申請 #}{% comment %}申請{% endcomment %}', []),
        ("{% blocktranslate with a=b %}申請{{ a }}{% endblocktranslate %}", []),
        ('{% blocktranslate with a=b|date:"n月" %}{% endblocktranslate %}', None),
        ('{{ a|default:"なし" }}{{ a|default:_("なし") }}', ['a|default:"なし"']),
        ('{% ui_tag "済" %}{% translate "済" context "印" %}', ['ui_tag "済"']),
    ],
)
def test_the_scan_of_templates_itself(template: str, found: list[str] | None) -> None:
    bare = [text for _line, text in texts.bare_texts(template)]
    assert bare == found if found is not None else len(bare) == 1


def test_every_template_closes_its_blocks() -> None:
    """The scan skips to the end tag: one that is missing would hide the rest of the file."""
    for path, source in texts.templates().items():
        names = Counter(
            token.contents.split(maxsplit=1)[0]
            for token in Lexer(source).tokenize()
            if token.token_type.name == "BLOCK" and token.contents.strip()
        )
        for name in ("blocktranslate", "blocktrans", "comment"):
            assert names[name] == names[f"end{name}"], path
