"""python -m services.notification api | worker | migrate | ..."""

from services.notification.app import SERVICE
from shared.process.command_line import main

raise SystemExit(main(SERVICE))
