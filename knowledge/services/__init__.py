"""Services the firm sells and how each is carried out: catalogue, prices, SOPs. Front door: `load_catalogue`.

Imports `knowledge.base` and the strict loader of `knowledge.policies`; knows nothing of orders or of any client.
"""

from knowledge.services.load import load_catalogue
from knowledge.services.values import Catalogue, EvidenceNeed, Price, Service, Sop, SopStep

__all__ = ["Catalogue", "EvidenceNeed", "Price", "Service", "Sop", "SopStep", "load_catalogue"]
