"""What a person does on the pages, by the names the pages give their parts (`api/web/README.md`)."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from api.demo import PASSWORD

AS_OF = "2026-11-23"  # the rules asked about are those of this day, whenever the tests run


def enter(page: Page, path: str = f"/?as_of={AS_OF}") -> None:
    page.goto(path)
    expect(page.get_by_test_id("who")).to_be_visible()


def sign_in(page: Page, username: str, path: str = f"/?as_of={AS_OF}") -> None:
    enter(page, path)
    page.get_by_test_id("login-open").click()
    page.get_by_test_id("login-user").fill(username)
    page.get_by_test_id("login-pass").fill(PASSWORD)
    page.get_by_test_id("login-submit").click()
    expect(page.get_by_test_id("logout")).to_be_visible()
    expect(page.get_by_test_id("login-dialog")).to_be_hidden()


def say(page: Page, text: str) -> Locator:
    """Sends one message and gives its whole reply."""
    before = page.get_by_test_id("message-assistant").count()
    page.get_by_test_id("chat-input").fill(text)
    page.get_by_test_id("chat-input").press("Enter")
    return replied(page, before)


def replied(page: Page, before: int) -> Locator:
    """The reply after `before` replies, when it has come to its end without an error."""
    reply = page.get_by_test_id("message-assistant").nth(before)
    expect(reply).to_have_attribute("data-streaming", "false")
    expect(reply.get_by_test_id("message-error")).to_have_count(0)
    expect(reply.locator(".answer")).not_to_be_empty()
    return reply


def command(
    page: Page,
    name: str,
    within: Locator | None = None,
    values: Mapping[str, str] | None = None,
    files: Sequence[Path] = (),
) -> None:
    """Presses an order's button (`orders-cancel`), fills its form, submits, and waits until the page says it's done."""
    (within or page).get_by_test_id(f"command-{name}").click()
    dialog = page.get_by_test_id("command-dialog")
    for field, value in (values or {}).items():
        box = dialog.get_by_test_id(f"command-field-{field}")
        if box.evaluate("element => element.tagName") == "SELECT":
            box.select_option(value)
        else:
            box.fill(value)
    if files:
        dialog.get_by_test_id("command-field-file").set_input_files(list(files))
    dialog.get_by_test_id("command-submit").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_test_id("order-said")).to_contain_text("已完成")


def fits(page: Page) -> None:
    """Nothing on the page is wider than the screen."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
