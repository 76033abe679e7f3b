"""The catalogue: strict loading, whole services, and the words that find them."""
