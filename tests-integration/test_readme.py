"""The commands in the README do what it says."""

import json
import re
import subprocess
from pathlib import Path

from trackline_local.system import System

_README = (Path(__file__).parent.parent / "README.md").read_text()


def test_the_curl_of_the_readme_opens_a_ticket(system: System, tmp_path: Path) -> None:
    (tmp_path / ".trackline").mkdir()
    # `make run` writes the file with a line end, too
    (tmp_path / ".trackline" / "admin-password").write_text(system.administrator.password + "\n")
    (block,) = (block for block in re.findall(r"```sh\n(.*?)```", _README, re.DOTALL) if "TOKEN=" in block)
    script = block.replace("http://127.0.0.1:8000", system.url).replace("admin@example.org", system.administrator.email)
    answer = subprocess.run(["bash", "-ec", script], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert json.loads(answer)["title"] == "Printer on floor 3 does not print"
