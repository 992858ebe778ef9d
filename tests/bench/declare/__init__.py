"""make bench-declare: POST of a valid submission to the notification row committed, beside the machine's raw limits."""
