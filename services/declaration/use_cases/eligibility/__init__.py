"""Terms, bans and checks of eligibility."""
