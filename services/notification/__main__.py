"""python -m services.notification api | worker | migrate | ..."""

import gc

# What is imported stays: the collector would walk it a hundred times for nothing. `main` lets it work again.
gc.disable()

from services.notification.app import SERVICE
from shared.process.command_line import main

raise SystemExit(main(SERVICE))
