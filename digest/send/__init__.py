"""rendition -> deliveries: messages, ways for them to leave, and the outbox that never loses one."""
