"""python -m services.identity api | worker | ocr | migrate | rotate-signing-key | recognise | openapi | parked ..."""

import gc
import sys

if sys.argv[1:2] == ["recognise"]:
    # Reads card photos from files; neither settings nor the rest of the service are needed for that.
    from services.identity.recognition.command import main as recognise

    raise SystemExit(recognise(sys.argv[2:]))

# What is imported stays: the collector would walk it a hundred times for nothing. `main` lets it work again.
gc.disable()

from services.identity.app import SERVICE
from shared.process.command_line import main

raise SystemExit(main(SERVICE))
