"""Personal data (個人情報保護法): what the portal holds of a person, to take away or to have deleted."""
