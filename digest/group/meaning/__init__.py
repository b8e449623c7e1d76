"""Vectors of texts: the sentence model, the word vectors, and what is embedded of an entry."""
