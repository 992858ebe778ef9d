"""python -m services.identity api | worker | ocr | migrate | rotate-signing-key | recognise | openapi | parked ..."""

import sys

if sys.argv[1:2] == ["recognise"]:
    # Reads card photos from files; neither settings nor the rest of the service are needed for that.
    from services.identity.recognition.command import main as recognise

    raise SystemExit(recognise(sys.argv[2:]))

from services.identity.app import SERVICE
from shared.process.command_line import main

raise SystemExit(main(SERVICE))
