"""Many invitations from one spreadsheet."""
