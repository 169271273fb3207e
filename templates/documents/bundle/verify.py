#!/usr/bin/env python3
"""Verifies a case bundle of the Machikoba DX Portal with Python's standard library alone.

    python3 verify.py                         the unpacked folder that holds this script
    python3 verify.py BUNDLE.zip              the ZIP as it was taken
    python3 verify.py --manifest SHA256 ...   holds the manifest against the digest that the portal
                                              shows and keeps in its audit trail

Prints OK or NG for each item and ends with 0 only when nothing is NG. What it cannot know by itself:
whether manifest and contents were replaced together. That is what --manifest is for.
"""

import argparse
import hashlib
import json
import sys
import zipfile
from collections import Counter
from fractions import Fraction
from pathlib import Path, PurePosixPath

MANIFEST = "manifest.json"
FORMAT = "machikoba-case-bundle-1"
# Where a row's canonical text, a JSON array, names its place in the chain.
CHAIN, SEQUENCE, PREVIOUS = 0, 1, -1


class Folder:
    """The unpacked bundle."""

    def __init__(self, path):
        self.root = Path(path)

    def names(self):
        """All files below the folder."""
        return {
            str(PurePosixPath(*file.relative_to(self.root).parts))
            for file in self.root.rglob("*")
            if file.is_file() or file.is_symlink()
        }

    def twice(self):
        """A folder holds each name once."""
        return []

    def open(self, name):
        """A stream of bytes; raises OSError."""
        target = (self.root / name).resolve()
        if self.root.resolve() not in target.parents:
            raise OSError(name)
        return target.open("rb")


class Archive:
    """The ZIP as it was taken."""

    def __init__(self, path):
        self.zip = zipfile.ZipFile(path)

    def names(self):
        """All entries but folders."""
        return {entry.filename for entry in self.zip.infolist() if not _is_folder(entry)}

    def twice(self):
        """Names that stand in the ZIP more than once: which one is unpacked is up to the program."""
        return sorted(name for name, times in Counter(self.zip.namelist()).items() if times > 1)

    def open(self, name):
        """A stream of bytes; raises KeyError."""
        return self.zip.open(name)


def _is_folder(entry):
    """A folder has no bytes, whatever its name."""
    return entry.filename.endswith("/") and not entry.file_size


class Report:
    """What was checked, and how much of it is NG."""

    def __init__(self):
        self.bad = 0
        self.checked = 0

    def say(self, good, item, text=""):
        """One line: OK or NG, the item, what is wrong."""
        self.checked += 1
        self.bad += not good
        print(
            "{}  {}{}".format("OK" if good else "NG", item, "" if good or not text else ": " + text)
        )


def digest_of(stream):
    """(SHA-256, number of bytes) of a stream."""
    found, size = hashlib.sha256(), 0
    for chunk in iter(lambda: stream.read(1 << 16), b""):
        found.update(chunk)
        size += len(chunk)
    return found.hexdigest(), size


def read(source, name):
    """The bytes of a file, b"" where it cannot be read: its own check has said so."""
    try:
        with source.open(name) as stream:
            return stream.read()
    except (OSError, KeyError, RuntimeError, zipfile.BadZipFile):
        return b""


def data(source, name):
    """A file's JSON, None where it is damaged."""
    try:
        return json.loads(read(source, name).decode("utf-8"))
    except ValueError:
        return None


def check_files(source, manifest, report):
    """Every file of the manifest is there, byte for byte; nothing else is."""
    listed = set()
    for entry in manifest["files"]:
        name = entry["path"]
        listed.add(name)
        try:
            with source.open(name) as stream:
                sha256, size = digest_of(stream)
        except (OSError, KeyError, RuntimeError, zipfile.BadZipFile):
            report.say(False, name, "missing or unreadable / 見つからないか読めません")
            continue
        same = (sha256, size) == (entry["sha256"], entry["size"])
        report.say(same, name, "content was changed / 内容が変わっています")
        kept = entry.get("recorded_sha256")
        if kept and kept != entry["sha256"]:
            report.say(
                False, name, "is not the file that was handed in / 受け付けたファイルと違います"
            )
    for name in source.twice():
        report.say(False, name, "stands in the ZIP twice / ZIPの中に2つあります")
    for name in sorted(source.names() - listed - {MANIFEST}):
        report.say(False, name, "is not in the manifest / 目録にないファイルです")
    for entry in manifest["missing"]:
        print(
            "--  {} {}: {} ({})".format(
                entry["title"], entry["name"], entry["reason"], entry["code"]
            )
        )


def check_audit(source, manifest, report):
    """Each row fits its digest, rows follow each other, none is gone since the bundle was made."""
    told = manifest["audit"]
    rolling, count, last = hashlib.sha256(), 0, {}
    for number, line in enumerate(
        read(source, told["path"]).decode("utf-8", "replace").splitlines(), 1
    ):
        item = "audit row {}".format(number)
        try:
            row = json.loads(line)
            canonical = json.loads(row["canonical"])
            place = (row["chain"], row["sequence"])
            item = "audit row {}-{}".format(*place)
            fits = (
                hashlib.sha256(row["canonical"].encode("utf-8")).hexdigest() == row["digest"]
                and (canonical[CHAIN], canonical[SEQUENCE]) == place
                and canonical[PREVIOUS] == row["previous"]
            )
        except (ValueError, KeyError, TypeError, IndexError):
            report.say(False, item, "is damaged / 壊れています")
            continue
        before = last.get(row["chain"])
        follows = before is None or before[0] < row["sequence"]
        if before is not None and before[0] + 1 == row["sequence"]:
            follows = follows and before[1] == row["previous"]
        report.say(fits, item, "does not fit its digest / 照合値と合いません")
        if not follows:
            report.say(
                False, item, "does not follow from the row before / 前の記録とつながりません"
            )
        last[row["chain"]] = (row["sequence"], row["digest"])
        rolling.update(row["digest"].encode("ascii", "replace"))
        count += 1
    whole = count == told["rows"] and rolling.hexdigest() == told["digest"]
    report.say(
        whole,
        "audit trail ({} rows)".format(told["rows"]),
        "rows were removed, added or reordered / 記録が欠けたか、加えられたか、並べ替えられています",
    )


def subsidy(terms, lines, most):
    """The amount in yen: floor(min(cap, eligible x rate)), then the least amount, then the decision."""
    sums = {}
    for line in lines:
        yen = line["net_yen"] + (line["tax_yen"] if terms["tax_mode"] == "included" else 0)
        sums[line["category"]] = sums.get(line["category"], 0) + yen
    rate, unit = Fraction(terms["rate"]), terms["round_unit_yen"]

    def cut(yen):
        return yen // unit * unit

    if terms["round_point"] == "total":
        rated = int(sum(sums.values()) * rate)
    else:
        rated = sum(cut(int(yen * rate)) for yen in sums.values())
    amount = cut(min(rated, terms["cap_yen"]))
    if not sum(sums.values()) or amount < terms["floor_yen"]:
        amount = 0
    return amount if most is None else min(amount, most)


def check_amounts(source, manifest, report):
    """Amounts out of their expense lines once more."""
    for entry in (data(source, manifest["amounts"]) or {}).get("figures", []):
        if not entry.get("terms"):
            good = entry["stored_yen"] == entry["computed_yen"] or entry["is_told"]
            report.say(good, "amount: " + entry["name"], "stands otherwise / 記録の額と違います")
            continue
        found = subsidy(entry["terms"], entry["lines"], entry["most_yen"])
        lower = entry["is_told"] and entry["stored_yen"] < found
        report.say(
            entry["stored_yen"] == found or lower,
            "amount: {} {:,}".format(entry["name"], entry["stored_yen"]),
            "worked out {:,} / 計算では{:,}円".format(found, found),
        )


def rows_of(source, table):
    """The rows of a table of the case."""
    return (data(source, "data/tables/{}.json".format(table)) or {}).get("rows", [])


def check_sums(source, manifest, report):
    """What was paid, against the ledger and the grant; decisions against the recount."""
    paid = sum(row["yen"] for row in rows_of(source, "grants_payment"))
    for grant in rows_of(source, "subsidies_grant"):
        good = grant["paid_yen"] == paid
        report.say(
            good,
            "sum of payments {:,}".format(paid),
            "the grant says {:,}".format(grant["paid_yen"]),
        )
        booked = sum(
            row["amount_yen"]
            for row in rows_of(source, "subsidies_budgetentry")
            if row["column"] == "paid" and row["kind"] in ("pay", "advance")
        )
        report.say(
            booked == paid,
            "sum of the ledger {:,}".format(booked),
            "payments are {:,}".format(paid),
        )
        if grant["final_yen"] is not None:
            within = grant["final_yen"] <= grant["decided_yen"]
            report.say(
                within, "final amount within the decision", "is above it / 決定額を超えています"
            )
    told = (data(source, manifest["amounts"]) or {}).get("figures", [])
    amounts = [entry["stored_yen"] for entry in told if entry["step"] == "decision"]
    for decision in rows_of(source, "subsidies_decision"):
        if amounts:
            good = amounts == [decision["amount_yen"]]
            report.say(
                good, "decision as recounted", "differs from the decision / 決定の額と違います"
            )


def check_versions(source, report):
    """What was submitted is what was frozen: canonical JSON and its digest."""
    if any(row["disposed_at"] for row in rows_of(source, "retention_keptcase")):
        print("--  versions: contents were disposed of / 保存期間が満了し、内容は消去されています")
        return
    for table in ("subsidies_applicationversion", "grants_filingversion"):
        for row in rows_of(source, table):
            text = json.dumps(
                row["payload"], ensure_ascii=False, sort_keys=True, separators=(",", ":")
            )
            found = hashlib.sha256(text.encode("utf-8")).hexdigest()
            item = "{} {} v{}".format(table, row["id"], row["number"])
            report.say(found == row["sha256"], item, "does not fit its digest / 照合値と合いません")


def main():
    """Check everything there is; 0 when nothing is NG."""
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    parser = argparse.ArgumentParser(description="Verifies a case bundle.")
    parser.add_argument("bundle", nargs="?", default=str(Path(__file__).resolve().parent))
    parser.add_argument("--manifest", help="SHA-256 of manifest.json as the portal shows it")
    given = parser.parse_args()
    try:
        source = Folder(given.bundle) if Path(given.bundle).is_dir() else Archive(given.bundle)
        with source.open(MANIFEST) as stream:
            raw = stream.read()
        manifest = json.loads(raw.decode("utf-8"))
        {FORMAT: True}[manifest["format"]]
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        print("NG  manifest.json: cannot be read / 読めません ({})".format(type(error).__name__))
        return 1
    report = Report()
    found = hashlib.sha256(raw).hexdigest()
    print("    {}  {}".format(manifest["receipt_no"], manifest["made_at"]))
    print("    manifest.json SHA-256 {}".format(found))
    if given.manifest is None:
        print(
            "--  manifest.json: not held against the portal's digest / ポータルの照合値とは比べていません"
        )
    else:
        report.say(
            found == given.manifest.strip().lower(),
            MANIFEST,
            "is not the one the portal made / ポータルが作った目録と違います",
        )
    try:
        check_files(source, manifest, report)
        check_audit(source, manifest, report)
        check_versions(source, report)
        check_amounts(source, manifest, report)
        check_sums(source, manifest, report)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        report.say(
            False, "contents", "are damaged / 壊れています ({})".format(type(error).__name__)
        )
    print(
        "{}: {} / {}".format(
            "NG" if report.bad else "OK", report.checked - report.bad, report.checked
        )
    )
    return 1 if report.bad else 0


if __name__ == "__main__":
    sys.exit(main())
