"""The pieces an editor builds a page from: few, plain, and each with its own template.

`body_blocks()` are the pieces of articles, news and policies, `faq_blocks()` those of questions
and answers. What makes a page honest is required here: a figure names its source, a picture is
described or declared an ornament, a table says what it shows.
"""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock

FEATURES = ["bold", "italic", "link", "ol", "ul"]
CELL_MARKS = ("\t", "｜")
# The portal's own drawings (static/art); more come with the program, not with a page
DRAWINGS = (
    ("phases", _("DXの4つの段階")),
    ("backup", _("3-2-1のバックアップ")),
    ("adoption", _("見える化・改善・導入の3歩")),
    ("layers", _("経営者・推進担当・現場の3層")),
    ("relay", _("仲間まわしの流れ")),
    ("sensor", _("刃先のデータを測る機械")),
    ("hub", _("人が集まる拠点")),
    ("people", _("人を育てる")),
    ("money", _("導入の資金")),
    ("links", _("つながりをつくる")),
)


class TableValue(blocks.StructValue):
    """A table's cells, from text as a spreadsheet copies it."""

    @property
    def head(self) -> list[str]:
        """The first line: what the columns are."""
        return self.lines[0] if self.lines else []

    @property
    def rows(self) -> list[list[tuple[str, str]]]:
        """The lines after it as (column, cell); the first cell of each names the row."""
        return [list(zip(self.head, line, strict=False)) for line in self.lines[1:]]

    @property
    def lines(self) -> list[list[str]]:
        """Every line as its cells; empty lines are left out."""
        text = self.get("cells") or ""
        mark = next((mark for mark in CELL_MARKS if mark in text), CELL_MARKS[0])
        return [
            [cell.strip() for cell in line.split(mark)]
            for line in text.splitlines()
            if line.strip()
        ]


class CellsBlock(blocks.TextBlock):
    """Text whose first and last cells may be empty: nothing is stripped off."""

    @cached_property
    def field(self) -> forms.CharField:
        field = super().field
        field.strip = False
        return field


class TableBlock(blocks.StructBlock):
    """A table pasted from a spreadsheet."""

    caption = blocks.CharBlock(label=_("表の題"), max_length=120)
    cells = CellsBlock(
        label=_("表の中身"),
        rows=6,
        help_text=_(
            "表計算ソフトの表を、そのまま貼り付けられます。1行目が見出しになります。"
            "手で書くときは、区切りに全角の縦棒「｜」を使ってください。"
        ),
    )

    def clean(self, value: TableValue) -> TableValue:
        """Refuses a table whose rows are longer or shorter than its head."""
        cleaned = super().clean(value)
        errors = _table_errors(cleaned)
        if errors:
            raise StructBlockValidationError({"cells": ValidationError(errors)})
        return cleaned

    class Meta:
        label = _("表")
        icon = "table"
        template = "cms/blocks/table.html"
        value_class = TableValue


class PictureBlock(blocks.StructBlock):
    """A photograph or drawing of the editors: described, or declared an ornament."""

    image = ImageBlock(label=_("画像"))
    caption = blocks.CharBlock(label=_("説明の文"), max_length=200, required=False)

    class Meta:
        label = _("画像")
        icon = "image"
        template = "cms/blocks/image.html"


class DrawingBlock(blocks.StructBlock):
    """One of the portal's own drawings."""

    name = blocks.ChoiceBlock(label=_("絵"), choices=DRAWINGS)
    alt = blocks.CharBlock(
        label=_("絵の説明（代替テキスト）"),
        required=False,
        max_length=300,
        help_text=_("絵を見られない人に、絵が伝えていることを言葉で書きます。"),
    )
    decorative = blocks.BooleanBlock(
        label=_("飾りの絵（読み上げなくてよい）"), required=False, default=False
    )
    caption = blocks.CharBlock(label=_("説明の文"), max_length=200, required=False)

    def clean(self, value: blocks.StructValue) -> blocks.StructValue:
        """Either a description or the declaration that there is nothing to describe."""
        cleaned = super().clean(value)
        if bool(cleaned["alt"]) == bool(cleaned["decorative"]):
            message = _("絵の説明を書くか、「飾りの絵」を選ぶか、どちらか一方にしてください。")
            raise StructBlockValidationError({"alt": ValidationError(message)})
        return cleaned

    class Meta:
        label = _("ポータルの絵")
        icon = "pick"
        template = "cms/blocks/drawing.html"


def heading_block() -> blocks.CharBlock:
    """A heading below the page's own."""
    return blocks.CharBlock(
        label=_("見出し"), max_length=80, icon="title", template="cms/blocks/heading.html"
    )


def paragraph_block(label: object = None) -> blocks.RichTextBlock:
    """Sentences, with emphasis, links and lists, and nothing else."""
    return blocks.RichTextBlock(
        label=label or _("文章"), features=FEATURES, template="cms/blocks/paragraph.html"
    )


def body_blocks() -> list[tuple[str, blocks.Block]]:
    """The pieces of an article, a piece of news or a policy."""
    return [
        ("heading", heading_block()),
        ("paragraph", paragraph_block()),
        ("list", _lines_block(_("箇条書き"), "list-ul", "cms/blocks/list.html")),
        ("steps", _steps_block()),
        ("table", TableBlock()),
        ("figure", _figure_block()),
        ("quote", _quote_block()),
        ("callout", _callout_block()),
        ("checklist", _checklist_block()),
        ("source", _source_block()),
        ("image", PictureBlock()),
        ("drawing", DrawingBlock()),
        ("download", _download_block()),
    ]


def faq_blocks() -> list[tuple[str, blocks.Block]]:
    """Questions with their answers, under headings."""
    return [
        ("heading", heading_block()),
        (
            "question",
            blocks.StructBlock(
                [
                    ("question", blocks.CharBlock(label=_("質問"), max_length=120)),
                    ("answer", paragraph_block(_("答え"))),
                ],
                label=_("質問と答え"),
                icon="help",
                template="cms/blocks/question.html",
            ),
        ),
    ]


def _lines_block(label: object, icon: str, template: str) -> blocks.ListBlock:
    item = blocks.CharBlock(label=_("項目"), max_length=300)
    return blocks.ListBlock(item, label=label, icon=icon, template=template, min_num=1)


def _steps_block() -> blocks.ListBlock:
    step = blocks.StructBlock(
        [
            ("title", blocks.CharBlock(label=_("すること"), max_length=80)),
            ("text", blocks.TextBlock(label=_("説明"), rows=2, max_length=600)),
        ],
        label=_("手順"),
    )
    return blocks.ListBlock(
        step, label=_("手順"), icon="list-ol", template="cms/blocks/steps.html", min_num=1
    )


def _figure_block() -> blocks.StructBlock:
    return blocks.StructBlock(
        [
            ("number", blocks.CharBlock(label=_("数字"), max_length=20)),
            ("unit", blocks.CharBlock(label=_("単位"), max_length=20, required=False)),
            ("words", blocks.CharBlock(label=_("何の数字か"), max_length=160)),
            ("source", blocks.CharBlock(label=_("出典"), max_length=200)),
        ],
        label=_("数字"),
        icon="order",
        template="cms/blocks/figure.html",
    )


def _quote_block() -> blocks.StructBlock:
    return blocks.StructBlock(
        [
            ("text", blocks.TextBlock(label=_("言葉"), rows=3, max_length=600)),
            ("whose", blocks.CharBlock(label=_("だれの言葉か"), max_length=120)),
        ],
        label=_("引用"),
        icon="openquote",
        template="cms/blocks/quote.html",
    )


def _callout_block() -> blocks.StructBlock:
    tones = (("info", _("お知らせ")), ("warn", _("注意")), ("tip", _("ヒント")))
    return blocks.StructBlock(
        [
            ("tone", blocks.ChoiceBlock(label=_("種類"), choices=tones, default="info")),
            ("title", blocks.CharBlock(label=_("見出し"), max_length=80)),
            ("text", paragraph_block()),
        ],
        label=_("囲み"),
        icon="warning",
        template="cms/blocks/callout.html",
    )


def _checklist_block() -> blocks.StructBlock:
    points = blocks.ListBlock(
        blocks.CharBlock(label=_("項目"), max_length=300), label=_("項目"), min_num=1
    )
    return blocks.StructBlock(
        [("title", blocks.CharBlock(label=_("表の題"), max_length=120)), ("points", points)],
        label=_("チェックリスト"),
        icon="check",
        template="cms/blocks/checklist.html",
    )


def _source_block() -> blocks.StructBlock:
    return blocks.StructBlock(
        [
            ("title", blocks.CharBlock(label=_("資料の名前と発行者"), max_length=200)),
            ("url", blocks.URLBlock(label=_("アドレス"), required=False)),
            ("note", blocks.CharBlock(label=_("補足"), max_length=300, required=False)),
        ],
        label=_("出典"),
        icon="doc-full",
        template="cms/blocks/source.html",
    )


def _download_block() -> blocks.StructBlock:
    return blocks.StructBlock(
        [
            ("document", DocumentChooserBlock(label=_("ファイル"))),
            ("title", blocks.CharBlock(label=_("書類の名前"), max_length=120)),
            ("note", blocks.CharBlock(label=_("補足"), max_length=200, required=False)),
        ],
        label=_("書類のダウンロード"),
        icon="download",
        template="cms/blocks/download.html",
    )


def _table_errors(table: TableValue) -> list[ValidationError]:
    """What keeps the text from being a table, in words; nothing if it is one."""
    width = len(table.head)
    if width < 2 or len(table.lines) < 2:
        message = _(
            "見出しの行と、中身の行が1つ以上必要です。列は2つ以上にし、タブか縦棒「｜」で区切ってください。"
        )
        return [ValidationError(message)]
    wrong = [
        _("%(number)d行目は%(found)d列です。見出しと同じ%(width)d列にしてください。")
        % {"number": number, "found": len(row), "width": width}
        for number, row in enumerate(table.lines[1:], start=2)
        if len(row) != width
    ]
    return [ValidationError(message) for message in wrong]
