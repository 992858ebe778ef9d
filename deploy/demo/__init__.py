"""One probation year, played through the public HTTP interface of a running stack; the end-to-end tests walk the same
road."""
