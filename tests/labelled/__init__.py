"""Labelled sentences, conversations and questions, written without sight of the code they judge."""
