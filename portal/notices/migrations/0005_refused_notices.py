from django.db import migrations

# A notice whose mail came back was still told as sent.
FORWARD = """
UPDATE notices_notice notice SET outcome = 'refused'
    FROM notices_sentmail mail
    WHERE notice.mail_id = mail.id AND mail.outcome = 'bounced'
        AND notice.outcome IN ('sent', 'digested');
"""


class Migration(migrations.Migration):
    dependencies = [("notices", "0004_addresses_without_account")]

    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
