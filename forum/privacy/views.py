"""The page that says what we keep."""

from flask import Blueprint

bp = Blueprint("privacy", __name__)
