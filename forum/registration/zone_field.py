"""The time zones to choose from, said in words and grouped by region; any other is accepted too."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from flask_babel import get_locale
from markupsafe import Markup
from wtforms import Field, SelectField, ValidationError
from wtforms.form import BaseForm
from wtforms.widgets import html_params

from forum.i18n import _, is_zone, lazy, zone_in_words

REGIONS = {
    lazy("United States and Canada"): (
        "America/New_York",
        "America/Chicago",
        "America/Denver",
        "America/Phoenix",
        "America/Los_Angeles",
        "America/Anchorage",
        "Pacific/Honolulu",
        "America/Halifax",
        "America/St_Johns",
    ),
    lazy("Latin America and the Caribbean"): (
        "America/Puerto_Rico",
        "America/Mexico_City",
        "America/Guatemala",
        "America/Havana",
        "America/Panama",
        "America/Bogota",
        "America/Lima",
        "America/Caracas",
        "America/Santiago",
        "America/Sao_Paulo",
        "America/Argentina/Buenos_Aires",
    ),
    lazy("Europe"): (
        "Europe/London",
        "Europe/Lisbon",
        "Europe/Madrid",
        "Europe/Paris",
        "Europe/Berlin",
        "Europe/Athens",
        "Europe/Kyiv",
        "Europe/Istanbul",
    ),
    lazy("Africa and the Middle East"): (
        "Africa/Casablanca",
        "Africa/Lagos",
        "Africa/Johannesburg",
        "Africa/Cairo",
        "Africa/Nairobi",
        "Asia/Jerusalem",
        "Asia/Riyadh",
        "Asia/Dubai",
    ),
    lazy("Asia and the Pacific"): (
        "Asia/Karachi",
        "Asia/Kolkata",
        "Asia/Dhaka",
        "Asia/Bangkok",
        "Asia/Singapore",
        "Asia/Manila",
        "Asia/Shanghai",
        "Asia/Tokyo",
        "Australia/Perth",
        "Australia/Sydney",
        "Pacific/Auckland",
    ),
}
WINTER = datetime(2027, 1, 15, tzinfo=UTC)
"""Any instant: names such as "Eastern Time" hold all year."""
LISTED = frozenset(zone for zones in REGIONS.values() for zone in zones)


class ZoneWidget:
    """A `<select>` whose options are made once for each language, not once for each request."""

    validation_attrs: tuple[str, ...] = ()
    field_flags: Mapping[str, Any] = {}

    def __call__(self, field: Field, **attributes: object) -> Markup:
        """Return the select with the field's zone chosen, and added when it is not listed."""
        chosen = field.data or "UTC"
        options = _options(str(get_locale() or "en"))
        attributes.setdefault("id", field.id)
        opening = Markup("<select {}>").format(Markup(html_params(name=field.name, **attributes)))  # noqa: S704 - WTForms escapes attributes
        plain, selected = _option(chosen), _option(chosen, is_selected=True)
        if chosen in LISTED:
            return opening + options.replace(plain, selected) + Markup("</select>")
        return opening + selected + options + Markup("</select>")


class ZoneField(SelectField):
    """A time zone by its IANA name. A script may add the one that the device has."""

    widget = ZoneWidget()

    def in_words(self) -> str:
        """Return the name of the zone that is chosen."""
        return _name(self.data or "UTC")

    def pre_validate(self, form: BaseForm) -> None:  # noqa: ARG002 - WTForms' signature
        """Raise ValidationError for what is not a time zone."""
        if self.data not in LISTED and not is_zone(self.data or ""):
            self.data = "UTC"
            raise ValidationError(_("Choose a time zone from the list"))


@lru_cache(maxsize=4)
def _options(_language: str) -> Markup:
    return Markup("").join(
        Markup('<optgroup label="{}">{}</optgroup>').format(
            region, Markup("").join(_option(zone) for zone in zones)
        )
        for region, zones in REGIONS.items()
    )


def _option(zone: str, *, is_selected: bool = False) -> Markup:
    state = Markup(" selected") if is_selected else Markup("")
    return Markup('<option value="{}"{}>{}</option>').format(zone, state, _name(zone))


def _name(zone: str) -> str:
    return zone_in_words(zone, WINTER)
