"""python -m services.institution api | worker | migrate | bootstrap | load-... | openapi | parked | replay."""

from services.institution.app import SERVICE
from shared.process.command_line import main

raise SystemExit(main(SERVICE))
