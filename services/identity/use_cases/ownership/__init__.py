"""Handing the ownership of an institution over: proposed, accepted, confirmed by the exam body (4.8, P15)."""
