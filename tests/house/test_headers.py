"""No answer leaves the house without the security headers."""

import pytest

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; media-src 'self' blob:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": ("camera=(), display-capture=(), geolocation=(), microphone=(), usb=()"),
}


def security(response) -> dict[str, str]:
    """Return the headers; a personal page may say `no-referrer`, which is stricter than ours."""
    found = {name: response.headers.get(name, "") for name in HEADERS}
    if found["Referrer-Policy"] == "no-referrer":
        found["Referrer-Policy"] = "same-origin"
    return found


def addresses(app) -> list[str]:
    """Return an address for each route that one can open without knowing a name in it."""
    return [rule.rule for rule in app.url_map.iter_rules() if not rule.arguments]


def test_every_page_carries_them_whatever_it_answers(app, make):
    make.programme()
    app.testing = False
    client = app.test_client()

    for address in [*addresses(app), "/nothing/here", "/my/forged/", "/%ff"]:
        for method in ("GET", "POST", "HEAD", "TRACE"):
            assert security(client.open(address, method=method)) == HEADERS, (method, address)


def test_static_files_carry_them(app):
    with app.test_request_context():
        address = app.jinja_env.globals["asset"]("css/site.css")

    response = app.test_client().get(address)

    assert response.status_code == 200
    assert security(response) == HEADERS


def test_a_page_that_breaks_carries_them(app):
    app.add_url_rule("/broken", view_func=lambda: 1 // 0)
    app.testing = False

    response = app.test_client().get("/broken")

    assert response.status_code == 500
    assert security(response) == HEADERS


@pytest.mark.parametrize(
    "overrides", [{"base_url": "https://forum.example.org"}], ids=["https"], indirect=False
)
def test_browsers_are_told_to_stay_with_https_where_we_speak_it(app):
    response = app.test_client().get("/nothing/here")

    assert response.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_browsers_are_not_told_so_on_a_machine_of_ones_own(app):
    assert "Strict-Transport-Security" not in app.test_client().get("/nothing/here").headers


def test_a_file_is_named_by_what_is_in_it_and_kept_for_ever(app):
    with app.test_request_context():
        address = app.jinja_env.globals["asset"]("css/site.css")
        same = app.jinja_env.from_string("{{ url_for('static', filename='css/site.css') }}")
        assert same.render() == address

    client = app.test_client()
    plain = client.get(address)
    small = client.get(address, headers={"Accept-Encoding": "br"})

    assert plain.headers["Cache-Control"] == "max-age=315360000, public, immutable"
    assert small.headers["Content-Encoding"] == "br"
    assert len(small.data) < len(plain.data) / 2


def test_a_page_of_another_release_still_finds_the_files(app):
    with app.test_client().get("/static/v-of-last-week/css/site.css") as response:
        assert response.status_code == 200
        assert "immutable" not in response.headers["Cache-Control"]


def test_a_file_that_is_not_there_is_an_error_of_the_template(app):
    with pytest.raises(KeyError):
        app.jinja_env.globals["asset"]("css/none.css")


def test_a_file_outside_the_folder_is_not_served(app):
    for address in ("/static/../config.py", "/static/v-x/../../config.py", "/static/%2e%2e/db.py"):
        assert app.test_client().get(address).status_code == 404
