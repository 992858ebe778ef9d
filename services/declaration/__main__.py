"""python -m services.declaration api | worker | migrate | print | its commands."""

import gc

# What is imported stays: the collector would walk it a hundred times for nothing. `main` lets it work again.
gc.disable()

from services.declaration.app import SERVICE
from shared.process.command_line import main

raise SystemExit(main(SERVICE))
