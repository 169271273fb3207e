"""A disposal empties what the rooms built since hold of a case: 気になる点, 桁の確認, plans of runs.

The keys by which a case is found again (照合キー) go altogether, or the case would still be compared
with those to come. A finding on another case of the ward that quotes this one loses its quotations:
the likeness, the days and what was decided about it stay. The rest of `retention_erase` is that of
migration 0002.
"""

from importlib import import_module

from django.db import migrations

before = import_module("subsidies.retention.migrations.0002_erasure")

# While the case still has its name: it tells which rings quote it. The digest `key` of a vendor and
# the receipt number stay, pages make addresses of them.
MORE = f"""
    UPDATE watch_finding SET
        evidence = jsonb_set(
            retention_blank(evidence) || CASE WHEN evidence ? 'key'
                THEN jsonb_build_object('key', evidence -> 'key') ELSE '{{}}' END,
            '{{other,receipt_no}}', coalesce(evidence #> '{{other,receipt_no}}', '""'), false
        ),
        reason = CASE WHEN reason = '' THEN '' ELSE '{before.MARK}' END
    WHERE application_id = app OR other_id = app OR (
        kind = 'ring' AND EXISTS (
            SELECT 1 FROM subsidies_application gone
            WHERE gone.id = app AND gone.ward_id = watch_finding.ward_id
              AND evidence -> 'firms' @> jsonb_build_array(jsonb_build_object('firm', gone.firm_name))
        )
    );
    DELETE FROM watch_trace WHERE application_id = app;
    UPDATE subsidies_figureconfirmation
    SET label = '{before.MARK}', source = '', confirmed_by_name = '{before.MARK}'
    WHERE application_id = app;
    UPDATE bulk_bulkitem SET plan = jsonb_set(plan, '{{reason}}', '""')
    WHERE application_id = app AND plan ? 'reason';
"""  # noqa: S608 - names of this file
_FIRST = "    UPDATE subsidies_application SET"
assert before.ERASE.count(_FIRST) == 1
ERASE = before.ERASE.replace(_FIRST, MORE.lstrip("\n") + _FIRST)
# A function of app_keeper can be dropped by app_keeper alone.
DROP = """
SET LOCAL ROLE app_keeper;
DROP FUNCTION retention_erase(bigint, bytea, bytea);
RESET ROLE;
"""
_POLICIES = ("watch_finding", "watch_trace", "subsidies_figureconfirmation")
RIGHTS = """
GRANT SELECT, UPDATE (evidence, reason) ON watch_finding TO app_keeper;
GRANT SELECT, DELETE ON watch_trace TO app_keeper;
GRANT SELECT, UPDATE (label, source, confirmed_by_name) ON subsidies_figureconfirmation
    TO app_keeper;
GRANT UPDATE (plan) ON bulk_bulkitem TO app_keeper;
""" + "".join(
    f"CREATE POLICY app_keeper ON {table} TO app_keeper USING (true) WITH CHECK (true);\n"
    for table in _POLICIES
)
NO_RIGHTS = "REVOKE UPDATE (plan) ON bulk_bulkitem FROM app_keeper;\n" + "".join(
    f"DROP POLICY app_keeper ON {table};\nREVOKE ALL ON {table} FROM app_keeper;\n"
    for table in _POLICIES
)


class Migration(migrations.Migration):
    dependencies = [
        ("retention", "0002_erasure"),
        ("bulk", "0004_more_kinds"),
        ("subsidies", "0010_figure_confirmations"),
        ("watch", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(RIGHTS, NO_RIGHTS),
        migrations.RunSQL(DROP + ERASE, DROP + before.ERASE),
    ]
