"""Documents: uploaded for review, published by a second person, read by everyone in scope."""

from fastapi import APIRouter

router = APIRouter(prefix="/api/v1")
