"""What is held about people, column by column, and the work that follows from it: new keys, new indexes, export."""
