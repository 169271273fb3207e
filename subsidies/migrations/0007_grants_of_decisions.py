"""What was granted before grants had a table of their own gets its row."""

from django.db import migrations

GRANTS = """
INSERT INTO subsidies_grant (
    application_id, ward_id, firm_id, call_id, status, decided_on, decided_yen, paid_yen,
    project_ends_on, report_due_on, firm_name, title, receipt_no)
SELECT application.id, application.ward_id, application.firm_id, application.call_id,
       'in_progress', decision.decided_on, decision.amount_yen, 0, call.project_ends_on,
       LEAST(call.project_ends_on + 30, make_date(call.fiscal_year + 1, 3, 31)),
       application.firm_name, application.title, application.receipt_no
FROM subsidies_decision decision
JOIN subsidies_application application ON application.id = decision.application_id
JOIN subsidies_call call ON call.id = application.call_id
WHERE application.status = 'granted' AND decision.approved_at IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0006_grants")]

    operations = [migrations.RunSQL(GRANTS, migrations.RunSQL.noop)]
