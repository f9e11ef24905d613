"""Write requirements.lock: what pip resolves for pyproject.toml (with the extra `dev`) in a fresh environment.

torch is pinned without its build tag, and the CUDA packages that only its GPU build needs are left out, so that
one file serves both builds. Standard library only; called by `make lock`.
"""

import re
import subprocess
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GPU_ONLY = re.compile(r"^(nvidia-|cuda-|triton)", re.IGNORECASE)
HEADER = "# Viết bởi `make lock` từ pyproject.toml. Đừng sửa tay.\n"


def main():
    """Resolve and write the file."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"], "setuptools>=77"]
    torch = next(line for line in wanted if line.startswith("torch=="))
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder, "bin/python")
        subprocess.run([python, "-m", "pip", "install", "--quiet", torch], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *wanted], check=True)
        command = [python, "-m", "pip", "freeze", "--all", "--exclude", "pip"]
        frozen = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    lines = [re.sub(r"^(torch==[^+]+)\+.*", r"\1", line) for line in frozen.splitlines() if not GPU_ONLY.match(line)]
    (ROOT / "requirements.lock").write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"requirements.lock: {len(lines)} gói")


if __name__ == "__main__":
    main()
