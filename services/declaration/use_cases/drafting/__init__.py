"""What a candidate does before handing in."""
