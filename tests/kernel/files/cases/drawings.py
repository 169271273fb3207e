"""CAD drawings and a program, and what each is judged to be."""

from tests.kernel.files import corpus as c

CASES = [
    ("dxf", "dxf", lambda: c.DXF, "image/vnd.dxf"),
    ("dxf, with comment", "dxf", lambda: b"999\nmade by CAD\n" + c.DXF, "image/vnd.dxf"),
    ("dxf, cut off", "dxf", lambda: c.DXF[:-6], "cad_damaged"),
    ("dxf, truly html", "dxf", lambda: b"<html><script>1</script></html>", "polyglot"),
    ("dxf, truly text", "dxf", lambda: b"hello", "mismatch"),
    ("dwg", "dwg", lambda: c.DWG, "image/vnd.dwg"),
    ("dwg, truly dxf", "dwg", lambda: c.DXF, "mismatch"),
    ("dwg and zip", "dwg", lambda: c.DWG + c.archive({"a": "b"}), "polyglot"),
    ("exe", "exe", lambda: b"MZ", "extension"),
]
