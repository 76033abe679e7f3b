"""Before the browser tests: Debian's Chromium and a Chinese font, installed when root and absent, else asked for."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser")
FONTS = ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", "/usr/share/fonts/noto-cjk")
HOW = "apt-get install chromium fonts-noto-cjk"


def missing() -> list[str]:
    """Debian packages that the browser tests lack."""
    lacking = []
    if not any(Path(path).exists() for path in CHROMIUM):
        lacking.append("chromium")
    if not any(Path(path).exists() for path in FONTS):
        lacking.append("fonts-noto-cjk")
    return lacking


def main() -> None:
    packages = missing()
    if not packages:
        return
    advice = f"浏览器测试需要 {'、'.join(packages)}；请先运行：{HOW}\n"
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        sys.stderr.write(advice)
        return
    sys.stderr.write(f"安装浏览器测试所需的 {'、'.join(packages)}……\n")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", *packages]):
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            # Without Chromium the browser tests are skipped and say so; the other tests need none of this.
            sys.stderr.write(f"{done.stdout[-2000:]}\n没有装成。{advice}")
            return


if __name__ == "__main__":
    main()
