"""A case's page lists its letters, however many the ward has sent."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("letters", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(fields=["case_no", "id"], name="letter_by_case"),
        ),
    ]
