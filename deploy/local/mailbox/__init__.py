"""The development mailbox: takes the place of the message providers, speaking their protocols, and shows every text
that would have reached a phone. Never part of a production stack."""
