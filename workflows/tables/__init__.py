"""The rows of the workflows. Each belongs to one organisation; what two must know is copied, never shared."""
