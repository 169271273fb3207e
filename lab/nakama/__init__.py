"""Digital 仲間まわし: which workshop can do what, and who passes work to whom."""
