"""Home pages across the apps: 受信箱, マイページ, 監査."""
