"""What needs a browser, a mail system or the corpus beside the checkout."""
