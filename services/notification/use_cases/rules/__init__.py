"""The zone switches channels of the rule table."""
