"""python -m services.institution api | worker | migrate | bootstrap | load-... | openapi | parked | replay."""

import gc

# What is imported stays: the collector would walk it a hundred times for nothing. `main` lets it work again.
gc.disable()

from services.institution.app import SERVICE
from shared.process.command_line import main

raise SystemExit(main(SERVICE))
