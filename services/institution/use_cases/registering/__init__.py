"""Registration of a unit by its head: apply, correct, submit, claim, decide."""
