"""A browser whose scripts are switched off."""

import pytest


@pytest.fixture
def without_scripts(chromium, live):
    context = chromium.new_context(base_url=live.config["BASE_URL"], java_script_enabled=False)
    yield context.new_page()
    context.close()
