"""支援策③: the DX Lab, digital 仲間まわし and the consortium."""
