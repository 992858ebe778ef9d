"""What the project is built from: the hashed locks, the bill of materials made of them, and their audit (V78)."""
