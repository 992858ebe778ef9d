"""The gateway's keys as nginx reads them: a map from the service a request goes to, to the key that service knows."""

from collections.abc import Mapping


def render_keys(keys: Mapping[str, str]) -> str:
    """A file of its own, because it is a secret. What is not named, the mailbox, gets no key: an empty header is not
    sent."""
    return "\n".join(
        [
            "# Secret. The first line of each service's gateway-keys file, by the name of its upstream.",
            "map $proxy_host $gateway_key {",
            '    default "";',
            *[f'    {service} "{key}";' for service, key in sorted(keys.items())],
            "}",
            "",
        ]
    )
