"""What an entry is about: the general topic model, what topics are called, and topics that only the reader names."""
