from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0011_ward_rules_and_document_templates")]

    operations = [
        migrations.AddField(
            model_name="scheme",
            name="kept_by_ward",
            field=models.BooleanField(db_default=False, verbose_name="区が改めた制度"),
        ),
    ]
