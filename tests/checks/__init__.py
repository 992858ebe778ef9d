"""House checks: what the project promises about its own source, run by `python -m tests.checks`."""
