"""Which calls are still worth making: the last that says how someone stands says it all."""

import pytest

from forum.care.call_rules import HowSheStands, worth_making

HERE = HowSheStands(is_registered=True, is_on=True, has_offer=False)
OFFERED = HowSheStands(is_registered=True, is_on=True, has_offer=True)
LEFT = HowSheStands(is_registered=False, is_on=True, has_offer=False)
BACK = HowSheStands(is_registered=False, is_on=True, has_offer=False, is_back=True)
OFF = HowSheStands(is_registered=True, is_on=False, has_offer=False)


@pytest.mark.parametrize(
    ("about", "standing", "left"),
    [
        ([], HERE, []),
        (["confirmation"], HERE, [0]),
        (["confirmation", "mode_changed", "promoted"], HERE, [2]),
        (["notice", "confirmation", "notice", "reminder"], HERE, [1, 2, 3]),
        (["offer"], HERE, []),
        (["waitlist", "offer"], OFFERED, [1]),
        (["waitlist", "offer"], HERE, [0]),
        (["details_changed", "notice", "offer"], HERE, [0, 1]),
        (["promoted", "offer"], HERE, [0]),
        (["session_place", "offer", "offer"], HERE, [0]),
        (["offer", "offer_lapsed"], HERE, [1]),
        (["cancellation", "event_cancelled", "confirmation"], HERE, [2]),
        (["confirmation", "notice", "cancellation"], LEFT, [2]),
        (["confirmation", "notice"], LEFT, []),
        (["confirmation", "notice", "event_cancelled"], OFF, [2]),
        (["cancellation", "notice"], OFF, []),
        (["cancellation"], BACK, []),
        (["returned", "cancellation"], BACK, [0]),
        (["returned", "notice", "event_cancelled"], OFF, [0, 2]),
        (["returned", "cancellation"], LEFT, [0, 1]),
        (["returned", "returned"], HERE, [1]),
    ],
)
def test_what_is_still_to_be_told(about, standing, left):
    assert worth_making(about, standing) == left
