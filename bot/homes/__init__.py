"""What Home shows: one's own teams, and for the staff a tab for each thing they look after."""
