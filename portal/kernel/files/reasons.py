"""Why a file is refused or waits, each with the way to mend it.

Codes are stored in rows and audit records; messages are made when shown.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# Refused before anything is kept.
EXTENSION = "extension"
EMPTY = "empty"
TOO_LARGE = "too_large"
QUOTA = "quota"
# Refused by the virus scanner.
INFECTED = "infected"
# In quarantine: not decided yet.
SCANNER_DOWN = "scanner_down"
SCANNER_LIMIT = "scanner_limit"
INSPECTION_FAILED = "inspection_failed"
# Of a file that is not kept and could not be checked now.
UNCHECKED = "unchecked"

WAITING = frozenset({SCANNER_DOWN, SCANNER_LIMIT, INSPECTION_FAILED})

MESSAGES: dict[str, str | Promise] = {
    EXTENSION: _(
        "この種類のファイルは受け取れません。画面に書かれた形式で保存し直してから選んでください。"
    ),
    EMPTY: _("ファイルの中身が空です。保存し直してから、もう一度選んでください。"),
    TOO_LARGE: _(
        "ファイルが大きすぎます。画像の解像度を下げるか、ファイルを分けてから選んでください。"
    ),
    QUOTA: _(
        "保管できる容量の上限に達しました。不要な下書きのファイルを削除するか、"
        "区の窓口に相談してください。"
    ),
    INFECTED: _(
        "ウイルスの疑いがあるため受け取れません。お使いのパソコンをウイルス対策ソフトで確認し、"
        "別の端末で作り直したファイルを選んでください。"
    ),
    SCANNER_DOWN: _(
        "ウイルス検査を待っています。検査が終わるまで開けませんが、もう一度送る必要はありません。"
    ),
    SCANNER_LIMIT: _(
        "ウイルス検査の上限を超えたため、確認を待っています。お急ぎのときは、"
        "ファイルを分けるか小さくして、もう一度選んでください。"
    ),
    INSPECTION_FAILED: _(
        "ファイルの確認を待っています。確認が終わるまで開けませんが、もう一度送る必要はありません。"
    ),
    UNCHECKED: _(
        "いまはファイルの安全を確認できないため、受け取れません。"
        "しばらくしてから、もう一度選んでください。"
    ),
    "mismatch": _(
        "ファイルの中身が、名前の末尾（拡張子）の形式と違います。"
        "作成したソフトで正しい形式を選び、保存し直してください。"
    ),
    "polyglot": _(
        "ファイルの中に別の形式のデータが含まれています。"
        "作成したソフトで開き、新しいファイルとして保存し直してください。"
    ),
    "trailing_data": _(
        "ファイルの末尾に余分なデータがあります。"
        "作成したソフトで開き、新しいファイルとして保存し直してください。"
    ),
    "too_heavy": _(
        "ファイルの構造が複雑すぎて確認できません。ページや画像を減らすか、ファイルを分けてください。"
    ),
    "pdf_damaged": _(
        "PDFを読み取れません。ファイルを開き、「印刷」から「PDFとして保存」で"
        "作り直したものを選んでください。"
    ),
    "pdf_encrypted": _(
        "パスワードや編集制限のあるPDFは受け取れません。制限を外すか、"
        "「印刷」から「PDFとして保存」で作り直したものを選んでください。"
    ),
    "pdf_script": _(
        "自動で動く仕組み（JavaScriptなど）を含むPDFは受け取れません。"
        "「印刷」から「PDFとして保存」で作り直したものを選んでください。"
    ),
    "pdf_attachment": _(
        "別のファイルや動画が埋め込まれたPDFは受け取れません。埋め込まれたファイルは別に送り、"
        "PDFは「印刷」から「PDFとして保存」で作り直してください。"
    ),
    "pdf_xfa": _(
        "入力フォーム形式（XFA）のPDFは受け取れません。入力を終えてから"
        "「印刷」から「PDFとして保存」で作り直したものを選んでください。"
    ),
    "image_damaged": _(
        "画像を読み取れません。画像を開き、JPEGまたはPNGで保存し直すか、撮り直してください。"
    ),
    "image_too_large": _(
        "画像の画素数が多すぎます（上限は4,000万画素）。"
        "画像を縮小するか、解像度を下げて撮り直してください。"
    ),
    "image_pages": _("画像のページが多すぎます（上限は20ページ）。ファイルを分けてください。"),
    "image_motion": _(
        "動画付きの写真は受け取れません。写真アプリで静止画として保存し直したものを選んでください。"
    ),
    "office_damaged": _(
        "ファイルを読み取れません。ExcelやWordで開き、"
        "「名前を付けて保存」で保存し直したものを選んでください。"
    ),
    "office_encrypted": _(
        "パスワード付きのファイルは受け取れません。パスワードを解除して保存し直してください。"
    ),
    "office_old": _(
        "古い形式（.xls、.doc）は受け取れません。"
        "「Excelブック（.xlsx）」または「Word文書（.docx）」として保存し直してください。"
    ),
    "office_macro": _(
        "マクロ入りのファイルは受け取れません。「Excelブック（.xlsx）」または"
        "「Word文書（.docx）」として保存し直してください。"
    ),
    "office_embedded": _(
        "別のファイルやActiveX部品が埋め込まれたファイルは受け取れません。埋め込まれた部分を"
        "削除するか図として貼り付け、保存し直してください。"
    ),
    "office_external": _(
        "ほかのファイルやインターネットを参照するファイルは受け取れません。"
        "Excelは「リンクの編集」で「リンクの解除」をするか、値だけを貼り付けて保存し直してください。"
    ),
    "office_bomb": _(
        "展開後の大きさが上限を超えるため受け取れません。"
        "使っていない行・列・シートや大きな画像を削除して、保存し直してください。"
    ),
    "cad_damaged": _(
        "図面ファイルを読み取れません。CADソフトでDXFまたはDWGとして保存し直してください。"
    ),
}


def message(code: str) -> str:
    """The sentence for a code; unknown codes (of rows older than the code) get a general one."""
    known = MESSAGES.get(code)
    if known is None:
        return gettext("このファイルは受け取れません。保存し直してから、もう一度選んでください。")
    return str(known)
