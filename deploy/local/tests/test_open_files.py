import subprocess
import sys

LOOK = "import resource; from trackline_local import open_files; {}; print(*resource.getrlimit(resource.RLIMIT_NOFILE))"


def limits(shell: str, call: str) -> list[int]:
    command = f"{shell}; exec {sys.executable} -c '{LOOK.format(call)}'"
    return [int(word) for word in subprocess.check_output(["bash", "-c", command], text=True).split()]


def test_a_plain_login_may_hold_as_many_files_as_the_machine_lets_it() -> None:
    assert limits("ulimit -S -n 256; ulimit -H -n 4096", "open_files.allow_many()") == [4096, 4096]


def test_without_it_the_limit_stays() -> None:
    assert limits("ulimit -S -n 256; ulimit -H -n 4096", "pass") == [256, 4096]
