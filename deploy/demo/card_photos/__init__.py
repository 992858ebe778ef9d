"""Fictional second-generation resident ID cards for the demo and the tests: drawn, then made to look photographed.

Nobody here exists: names are put together from lists, numbers are made up (with a valid check digit, GB 11643),
the portrait is a silhouette that says 样张 (specimen), and the national emblem is replaced by a plain roundel.
"""

from deploy.demo.card_photos.draw import CardFonts, default_fonts, draw_back, draw_front
from deploy.demo.card_photos.people import Card, Person, fictional_person
from deploy.demo.card_photos.photograph import Photo, compose, photograph

__all__ = [
    "Card",
    "CardFonts",
    "Person",
    "Photo",
    "compose",
    "default_fonts",
    "draw_back",
    "draw_front",
    "fictional_person",
    "photograph",
]
