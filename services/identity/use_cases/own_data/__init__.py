"""What people can do about the data held about them."""
