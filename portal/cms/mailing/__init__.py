"""お知らせのメール: subscriptions to news. Knows no Wagtail: the workers send without the editor."""
