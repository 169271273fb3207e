from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mailing", "0001_subscriptions")]

    operations = [
        migrations.AddField("mail", "not_before", models.DateTimeField(null=True)),
    ]
