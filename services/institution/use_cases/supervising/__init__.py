"""What exam bodies take away of the jurisdiction they supervise."""
