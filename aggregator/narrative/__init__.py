"""What the communities wrote: copies, themes, personal data and the choice for the report; nothing is invented here."""
