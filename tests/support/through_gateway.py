"""What makes a test's call to a service look as if it came through the gateway (V27), in one place: services that run
in the test's process accept KEYS, and a client session with HEADERS sends their key."""

import secrets

from shared.security.gateway_keys import HEADER, GatewayKeys

_KEY = secrets.token_hex(32)
KEYS = GatewayKeys([_KEY])
HEADERS = {HEADER: _KEY}
