"""Running Tiro: the local stack, the gateway, SQL for operators, container files and the demonstration."""
