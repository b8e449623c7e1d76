"""What is read of an entry: its HTML as blocks, what of these is the article, sentences, words, language, pictures."""
