"""python -m services.declaration api | worker | migrate | print | its commands."""

from services.declaration.app import SERVICE
from shared.process.command_line import main

raise SystemExit(main(SERVICE))
