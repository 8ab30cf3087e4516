import pytest
from tests.browser.test_desk_in_browser import *  # noqa
@pytest.mark.parametrize("width", [390, 1280])
def test_shots(screen, petra, ada, width):
    screen.set_viewport_size({"width": width, "height": 900})
    sign_in(screen, petra)
    for i, room in enumerate(r for r in rooms(ada) if any(k in r for k in ("waitlist","invites","offer","waiting","/companion","add")) or r.endswith("forum-2027/") or "registrations/" in r):
        screen.goto(room); screen.screenshot(path=f"/tmp/shot-{width}-{i:02d}.png", full_page=True); print(i, room)
