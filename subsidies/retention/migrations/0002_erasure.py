"""The one way in which frozen records lose their contents: the disposal of a case (廃棄).

`retention_erase` belongs to app_keeper and looks for itself whether it may: the item waits in a
disposal that one official proposed and another approved, the years have ended, nothing holds. The
triggers that freeze versions, decisions, rulings and the rest let an UPDATE by app_keeper through
and nobody else's; app_keeper may update the columns named here and no other, and deletes nothing
but notices about the case (mail that was sent). So amounts, numbers, digests, days and people's keys
stay as they were. Which columns are emptied is data below; tests/subsidies/retention compare it
with the models, so that a new column is either emptied or kept by decision.
"""

from django.db import migrations

MARK = "（廃棄済み）"

# table → (SQL that names the rows of application `app`, emptied texts, texts that lists show and
# that get MARK, JSON whose texts are emptied)
OF_CASE = "application_id = app"
OF_GRANT = "grant_id = granted"
OF_FILING = "filing_id IN (SELECT id FROM grants_filing WHERE grant_id = granted)"
OF_REVIEW = "case_id IN (SELECT id FROM committee_case WHERE application_id = app)"
OF_ASSIGNMENT = (
    "assignment_id IN (SELECT a.id FROM committee_assignment a"
    " JOIN committee_case c ON c.id = a.case_id WHERE c.application_id = app)"
)

EMPTIED = {
    "subsidies_application": (
        "id = app",
        ("assignee_name",),
        ("firm_name", "title"),
        ("eligibility", "answers", "expense_input", "history"),
    ),
    "subsidies_expenseline": (OF_CASE, ("vendor",), ("description",), ()),
    "subsidies_applicationversion": (OF_CASE, (), (), ("payload",)),
    "subsidies_correction": (OF_CASE, ("message",), (), ("notes",)),
    "subsidies_documentcheck": (OF_CASE, ("note",), (), ()),
    "subsidies_message": (OF_CASE, ("body",), ("sender_label",), ()),
    "subsidies_decision": (OF_CASE, ("reason",), (), ("calculation", "conditions")),
    "subsidies_grant": (OF_CASE, ("title",), ("firm_name",), ()),
    "grants_filing": (OF_GRANT, ("message",), (), ("content",)),
    "grants_filingversion": (OF_FILING, (), (), ("payload",)),
    "grants_ruling": (OF_GRANT, ("reason",), (), ("terms",)),
    "grants_inspection": (OF_GRANT, ("findings",), (), ("verdicts", "cuts")),
    "grants_claimaccount": (
        OF_GRANT,
        ("bank_code", "bank_name", "branch_code", "branch_name", "explanation"),
        (),
        (),
    ),
    "grants_hearing": (OF_GRANT, ("statement",), ("facts",), ("grounds",)),
    "grants_progressrequest": (OF_GRANT, (), ("question",), ()),
    "grants_sitevisit": (
        OF_GRANT,
        ("findings", "instruction", "outcome"),
        ("visitors", "purpose"),
        (),
    ),
    "obligations_obligation": (OF_GRANT, (), ("firm_name",), ()),
    "obligations_asset": (OF_GRANT, ("vendor", "place"), ("description", "firm_name"), ()),
    "committee_case": (OF_CASE, (), ("title", "firm_name"), ("vendors",)),
    "committee_dossier": (OF_REVIEW, (), (), ("content",)),
    "committee_casedocument": (OF_REVIEW, (), ("name",), ()),
    "committee_exclusion": (OF_REVIEW, (), ("reason",), ()),
    "committee_assignment": (OF_REVIEW, ("note",), (), ()),
    "committee_declaration": (OF_ASSIGNMENT, ("text",), (), ()),
    "committee_scoresheet": (OF_REVIEW, ("overall",), (), ("comments",)),
    "committee_sheetversion": (OF_REVIEW, (), (), ("payload",)),
    "evaluation_plancomment": (
        "share_id IN (SELECT id FROM evaluation_planshare WHERE application_id = app)",
        (),
        ("body",),
        (),
    ),
    "evaluation_planevaluation": (OF_CASE, (), ("summary",), ("texts",)),
    "selection_choice": (OF_CASE, ("reason",), (), ()),
    "selection_mark": (OF_CASE, (), ("reason",), ()),
    "bulk_bulkitem": (OF_CASE, (), (), ()),
    "letters_letter": ("case_no = receipt", (), (), ("data",)),
}
# Columns that need a value of their own.
OWN = {
    "grants_claimaccount": {
        "number": "sealed_number",
        "number_index": "NULL",
        "holder": "sealed_holder",
    },
    "selection_mark": {"lifted_reason": f"CASE WHEN lifted_reason = '' THEN '' ELSE '{MARK}' END"},
    "obligations_obligation": {"reason": f"CASE WHEN reason = '' THEN '' ELSE '{MARK}' END"},
    "bulk_bulkitem": {"reason": f"CASE WHEN reason = '' THEN '' ELSE '{MARK}' END"},
}
# A frozen table → (trigger, events, function): it asks nobody but lets app_keeper empty.
FROZEN = {
    "subsidies_applicationversion": (
        "version_frozen",
        "UPDATE",
        "subsidies_version_receipt_once",
    ),
    "subsidies_decision": ("decision_frozen", "UPDATE", "subsidies_decided_once"),
    "grants_filingversion": ("version_frozen", "UPDATE OR DELETE", "subsidies_refuse_change"),
    "grants_ruling": ("ruling_frozen", "UPDATE", "grants_ruled_once"),
    "committee_scoresheet": ("sheet_open", "INSERT OR UPDATE", "committee_sheet_open"),
    "committee_sheetversion": ("version_frozen", "UPDATE OR DELETE", "subsidies_refuse_change"),
    "committee_declaration": (
        "declaration_frozen",
        "UPDATE OR DELETE",
        "subsidies_refuse_change",
    ),
    "evaluation_planevaluation": (
        "evaluation_frozen",
        "UPDATE",
        "evaluation_submitted_once",
    ),
    "selection_selection": ("selection_frozen", "UPDATE", "selection_result_frozen"),
}


def assignments(table):
    """column → SQL of its emptied value."""
    _rows, texts, named, documents = EMPTIED[table]
    return {
        **dict.fromkeys(texts, "''"),
        **dict.fromkeys(named, f"'{MARK}'"),
        **{column: f"retention_blank({column})" for column in documents},
        **OWN.get(table, {}),
    }


def _updates():
    for table, (rows, *_columns) in EMPTIED.items():
        sets = ", ".join(f"{column} = {value}" for column, value in assignments(table).items())
        yield f"    UPDATE {table} SET {sets} WHERE {rows};"  # noqa: S608 - names of this file


# Every text goes but days and the keys of files (UUIDs); numbers, truth values and the shape stay,
# so that pages still read it and sums still add up.
BLANK = r"""
CREATE FUNCTION retention_blank(document jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN CASE jsonb_typeof(document)
        WHEN 'object' THEN coalesce((
            SELECT jsonb_object_agg(key, retention_blank(value)) FROM jsonb_each(document)
        ), '{}')
        WHEN 'array' THEN coalesce((
            SELECT jsonb_agg(retention_blank(value) ORDER BY place)
            FROM jsonb_array_elements(document) WITH ORDINALITY item (value, place)
        ), '[]')
        WHEN 'string' THEN CASE
            WHEN document #>> '{}' ~ '^\d{4}-\d{2}-\d{2}(T[0-9:.+Z-]*)?$'
              OR document #>> '{}' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN document
            ELSE '""'::jsonb END
        ELSE document
    END;
END
$$;
"""

# The result of a selection is one document for many cases: only this case's line is emptied.
ERASE = f"""
CREATE FUNCTION retention_erase(item bigint, sealed_number bytea, sealed_holder bytea)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    app bigint;
    granted bigint;
    receipt text;
    address text;
    held_until date;
BEGIN
    SELECT kept.application_id, grant_row.id, case_row.receipt_no, case_row.public_id::text,
           kept.ends_on
    INTO app, granted, receipt, address, held_until
    FROM retention_disposalitem wanted
    JOIN retention_disposal disposal ON disposal.id = wanted.disposal_id
    JOIN retention_keptcase kept ON kept.id = wanted.kept_id
    JOIN subsidies_application case_row ON case_row.id = kept.application_id
    LEFT JOIN subsidies_grant grant_row ON grant_row.application_id = case_row.id
    WHERE wanted.id = item AND wanted.outcome = 'waiting' AND disposal.status = 'approved'
      AND disposal.approved_by_id <> disposal.prepared_by_id
      AND disposal.ward_id = kept.ward_id AND kept.disposed_at IS NULL
    FOR UPDATE OF kept;
    IF app IS NULL THEN
        RAISE EXCEPTION 'no approved disposal of this case waits'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF held_until >= (statement_timestamp() AT TIME ZONE 'Asia/Tokyo')::date
       OR EXISTS (SELECT 1 FROM retention_hold WHERE application_id = app AND lifted_at IS NULL)
       OR EXISTS (SELECT 1 FROM obligations_asset WHERE grant_id = granted AND status = 'in_use'
                  AND restricted_until >= (statement_timestamp() AT TIME ZONE 'Asia/Tokyo')::date)
       OR EXISTS (SELECT 1 FROM grants_recovery WHERE grant_id = granted AND status = 'owed')
       OR EXISTS (SELECT 1 FROM obligations_obligation
                  WHERE grant_id = granted AND status = 'open' AND kind <> 'retention') THEN
        RAISE EXCEPTION 'the case is kept: its years run or something holds it'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
{chr(10).join(_updates())}
    UPDATE selection_selection SET result = jsonb_set(result, '{{lines}}', (
        SELECT coalesce(jsonb_agg(
            CASE WHEN (line ->> 'application_id')::bigint = app
            THEN line || jsonb_build_object(
                'firm_name', '{MARK}', 'title', '', 'reason', '',
                'bonus', retention_blank(coalesce(line -> 'bonus', '[]')),
                'marks', retention_blank(coalesce(line -> 'marks', '[]'))
            ) ELSE line END ORDER BY place), '[]')
        FROM jsonb_array_elements(result -> 'lines') WITH ORDINALITY listed (line, place)
    )) WHERE id IN (SELECT selection_id FROM selection_choice WHERE application_id = app);
    DELETE FROM notices_notice notice WHERE url LIKE '%/' || address || '/%'
        OR url LIKE '%/' || receipt || '/%' OR subject LIKE '%' || receipt || '%'
        OR EXISTS (SELECT 1 FROM grants_filing filing WHERE filing.grant_id = granted
                   AND notice.url LIKE '%/' || filing.public_id || '/%')
        OR url IN (SELECT '/staff/rulings/' || id || '/' FROM grants_ruling
                   WHERE grant_id = granted
                   UNION ALL SELECT '/hearings/' || id || '/' FROM grants_hearing
                   WHERE grant_id = granted);
    UPDATE retention_keptcase SET disposed_at = statement_timestamp() WHERE application_id = app;
END
$$;
REVOKE ALL ON FUNCTION retention_erase(bigint, bytea, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION retention_erase(bigint, bytea, bytea) TO app_system;
ALTER FUNCTION retention_erase(bigint, bytea, bytea) OWNER TO app_keeper;
"""  # noqa: S608 - names of this file

_WRITTEN = {
    **{table: list(assignments(table)) for table in EMPTIED},
    "selection_selection": ["result"],
    "retention_keptcase": ["disposed_at"],
}
_READ = [
    "evaluation_planshare",
    "retention_hold",
    "retention_disposal",
    "retention_disposalitem",
    "grants_recovery",
]


def _rights():
    for table in _READ:
        yield f"GRANT SELECT ON {table} TO app_keeper;"
    for table, columns in _WRITTEN.items():
        yield f"GRANT SELECT, UPDATE ({', '.join(columns)}) ON {table} TO app_keeper;"
    yield "GRANT SELECT, DELETE ON notices_notice TO app_keeper;"
    for table in [*_READ, *_WRITTEN, "notices_notice"]:
        if table != "committee_assignment":  # has its policy since committee 0002
            yield (
                f"CREATE POLICY app_keeper ON {table} TO app_keeper USING (true) WITH CHECK (true);"
            )


def _no_rights():
    for table in [*_READ, *_WRITTEN, "notices_notice"]:
        if table == "committee_assignment":
            yield f"REVOKE UPDATE ({', '.join(_WRITTEN[table])}) ON {table} FROM app_keeper;"
        else:
            yield f"DROP POLICY app_keeper ON {table};"
            yield f"REVOKE ALL ON {table} FROM app_keeper;"


def _triggers(condition):
    for table, (name, events, function) in FROZEN.items():
        yield f"DROP TRIGGER {name} ON {table};"
        yield (
            f"CREATE TRIGGER {name} BEFORE {events} ON {table} FOR EACH ROW {condition}"
            f" EXECUTE FUNCTION {function}();"
        )


UNDO = """
SET LOCAL ROLE app_keeper;
DROP FUNCTION retention_erase(bigint, bytea, bytea);
RESET ROLE;
DROP FUNCTION retention_blank(jsonb);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("retention", "0001_initial"),
        ("bulk", "0001_initial"),
        ("committee", "0003_versions_of_assignments"),
        ("evaluation", "0002_authors"),
        ("grants", "0005_money_guards"),
        ("letters", "0001_initial"),
        ("notices", "0001_initial"),
        ("obligations", "0002_assets"),
        ("selection", "0002_guards"),
        ("subsidies", "0009_grant_advances"),
    ]

    operations = [
        migrations.RunSQL(BLANK + ERASE, UNDO),
        migrations.RunSQL("\n".join(_rights()), "\n".join(_no_rights())),
        migrations.RunSQL(
            "\n".join(_triggers("WHEN (current_user <> 'app_keeper')")),
            "\n".join(_triggers("")),
        ),
    ]
