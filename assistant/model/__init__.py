"""An optional language model: it may only rephrase given sentences, and each of its sentences is checked.

Without one, or when it fails, is too slow, or says what the sources don't, the computed answer is sent as it is.
"""

from assistant.model.phrasing import rephrase
from assistant.model.port import Original, Phrased, Phraser, PhrasingFailed

__all__ = ["Original", "Phrased", "Phraser", "PhrasingFailed", "rephrase"]
