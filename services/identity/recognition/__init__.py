"""Reads Chinese resident ID cards from photos, offline: a pure pipeline without web, database or broker."""

from services.identity.recognition.claims import ClaimMatch, Match, match_claim
from services.identity.recognition.engines import ModelMissing
from services.identity.recognition.reasons import CATALOGUE, Advice, Reason, Verdict, advice
from services.identity.recognition.recogniser import Recogniser
from services.identity.recognition.results import BackFields, FrontFields, Quality, Recognition

__all__ = [
    "CATALOGUE",
    "Advice",
    "BackFields",
    "ClaimMatch",
    "FrontFields",
    "Match",
    "ModelMissing",
    "Quality",
    "Reason",
    "Recogniser",
    "Recognition",
    "Verdict",
    "advice",
    "match_claim",
]
