"""What of a name, number or phone may be shown by default (V55): enough to recognise, not enough to use."""


def mask_name(name: str) -> str:
    """First character, then stars, then the last one when there are more than two: 张*三, 李*."""
    if len(name) <= 1:
        return "*"
    return name[0] + "*" * (len(name) - 2 if len(name) > 2 else 1) + (name[-1] if len(name) > 2 else "")


def mask_document_no(number: str) -> str:
    """At most the first 6 and the last 4 characters; short numbers keep only the last two."""
    if len(number) < 15:
        return "*" * max(len(number) - 2, 0) + number[-2:]
    return number[:6] + "*" * (len(number) - 10) + number[-4:]


def mask_phone(phone: str) -> str:
    """138****5678."""
    return phone[:3] + "*" * max(len(phone) - 7, 0) + phone[-4:]


def mask_email(address: str) -> str:
    """c***@mail.example: the first character, unless it is the only one, and the domain."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1] if len(local) > 1 else ''}***@{domain}"


def mask_credential(value: str) -> str:
    """The last four characters: enough to tell one from another."""
    return "…" + value[-4:]


def mask_address(address: str) -> str:
    """The network, not the machine: 203.0.*.* of an IPv4 address, the first two groups of an IPv6 address."""
    separator = ":" if ":" in address else "."
    groups = address.split(separator)
    hidden = ["*"] if separator == ":" else ["*"] * max(len(groups) - 2, 1)
    return separator.join([*groups[:2], *hidden])
