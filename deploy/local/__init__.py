"""The whole stack on one machine, without containers: `python -m deploy.local`, or deploy.local.stack from Python."""
