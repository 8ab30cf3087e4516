"""Which names of places and which sentences tell the illness."""

import pytest

from forum.events.discretion import tells


@pytest.mark.parametrize(
    "said",
    [
        "Unidad de Patología Mamaria",
        "Centro Mamario",
        "Clínica de mamas",
        "Centro del Seno",
        "Sala de quimioterapia",
        "Hospital de día: quimio",
        "Radioterapia, planta 2",
        "Unidad de Cuidados Paliativos",
        "Mamografía",
        "Chemo Suite",
        "Chemotherapy Infusion Center",
        "Mammography Waiting Room",
        "Radiotherapy",
        "Palliative Care Garden",
        "After your mastectomy",
        "HER2 room",
        "CÁNCER",
    ],
)
def test_a_name_that_tells_is_known_in_both_languages(said):
    assert tells(said)


@pytest.mark.parametrize(
    "said",
    ["Harborlight Conference Center", "Sala Mamut", "Ensenada", "Schematic Room", "Radio Hall"],
)
def test_a_name_that_tells_nothing_is_said(said):
    assert not tells(said)
