"""What runs inside the containers of deploy/compose.yaml: preparation once, then each role with its own secrets."""
