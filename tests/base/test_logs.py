import contextlib
import io
import json

import pytest
import structlog

from knowledge.base.logs import configure, mask


def test_personal_data_is_masked_and_a_credit_code_is_not() -> None:
    assert mask("张三 13800138000，身份证 110101199003074514") == "张三 [手机]，身份证 [身份证]"
    assert mask("统一社会信用代码 91310115MA1K4XXXX0") == "统一社会信用代码 91310115MA1K4XXXX0"
    assert mask("联系 a.b@example.com 卡号 6222020200112233445") == "联系 [邮箱] 卡号 [银行卡]"


def test_logs_are_json_lines_on_stderr_without_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    configure()
    structlog.get_logger().info(
        "sign_in", phone="13800138000", password="x", nested={"token": "t", "note": ["13800138000"]}
    )
    captured = capsys.readouterr()
    line = json.loads(captured.err)
    assert captured.out == ""
    assert line["phone"] == "[手机]"
    assert line["password"] == "[已隐去]"
    assert line["nested"] == {"token": "[已隐去]", "note": ["[手机]"]}


def test_a_log_follows_stderr_when_it_is_redirected(capsys: pytest.CaptureFixture[str]) -> None:
    configure()
    closed = io.StringIO()
    with contextlib.redirect_stderr(closed):
        structlog.get_logger().info("inside")
    closed.close()
    structlog.get_logger().info("outside")
    assert '"outside"' in capsys.readouterr().err
